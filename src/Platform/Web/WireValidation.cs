#pragma warning disable ASP0029 // Experimental is only how the framework asks what to validate; a change of it breaks the build, not a route.
using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Validation;

namespace Colonnade.Platform.Web;

/// <summary>
/// Keeps validation to wire records and to parameters that carry rules. The framework takes the request itself and the ids in a path
/// for something to validate, too, and puts a filter around each handler that takes one.
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
        return HasRules(parameterInfo) && framework.TryGetValidatableParameterInfo(parameterInfo, out validatableInfo);
    }

    public bool TryGetValidatableTypeInfo(Type type, [NotNullWhen(true)] out IValidatableInfo? validatableInfo) => framework.TryGetValidatableTypeInfo(type, out validatableInfo);

    private static bool HasRules(ParameterInfo parameter) => parameter.IsDefined(typeof(ValidationAttribute))
        || (!parameter.ParameterType.IsValueType && parameter.ParameterType.Assembly != typeof(HttpContext).Assembly);
}
