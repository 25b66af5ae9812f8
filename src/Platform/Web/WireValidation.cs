#pragma warning disable ASP0029 // Experimental is only how the framework asks what to validate; a change of it breaks the build, not a route.
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Validation;

namespace Colonnade.Platform.Web;

/// <summary>
/// Keeps validation to what clients send. The framework takes any class for that, and so would look into the request itself, with a
/// filter around each handler that takes it.
/// </summary>
internal sealed class WireValidation(IValidatableInfoResolver framework) : IValidatableInfoResolver
{
    public static void Apply(IServiceCollection services) => services.PostConfigure<ValidationOptions>(static options =>
    {
        for (var index = 0; index < options.Resolvers.Count; index++)
            options.Resolvers[index] = new WireValidation(options.Resolvers[index]);
    });

    public bool TryGetValidatableParameterInfo(ParameterInfo parameterInfo, [NotNullWhen(true)] out IValidatableInfo? validatableInfo)
    {
        validatableInfo = null;
        return parameterInfo.ParameterType.Assembly != typeof(HttpContext).Assembly && framework.TryGetValidatableParameterInfo(parameterInfo, out validatableInfo);
    }

    public bool TryGetValidatableTypeInfo(Type type, [NotNullWhen(true)] out IValidatableInfo? validatableInfo) => framework.TryGetValidatableTypeInfo(type, out validatableInfo);
}
