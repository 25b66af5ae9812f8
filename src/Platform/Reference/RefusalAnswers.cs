using Colonnade.Platform.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc.ApiExplorer;

namespace Colonnade.Platform.Reference;

/// <summary>
/// Adds to what the framework knows of a route's answers: each status it may be refused with, in the dialect's envelope, 304, and answers
/// of other types than JSON. The schemas are then made where all others are.
/// </summary>
internal sealed class RefusalAnswers(Dialect dialect, IServiceProvider services) : IApiDescriptionProvider
{
    public const string Json = "application/json";

    /// <summary>After the framework's own, which makes the descriptions.</summary>
    public int Order => 0;

    public void OnProvidersExecuting(ApiDescriptionProviderContext context)
    {
        foreach (var route in context.Results)
        {
            var facts = new RouteFacts(route, services);
            var answers = route.SupportedResponseTypes;
            AddOtherForms(answers, facts);
            foreach (var content in facts.Contents)
            {
                if (answers.FirstOrDefault(answer => answer.StatusCode == content.Status) is not { } answer)
                    answers.Add(answer = new ApiResponseType { StatusCode = content.Status, Type = typeof(string) });
                else if (answer.Type == typeof(void))
                    answer.Type = typeof(string);
                answer.ApiResponseFormats.Add(new ApiResponseFormat { MediaType = content.MediaType });
            }

            if (facts.Version is { IsTold: true } && facts.IsSafe)
                answers.Add(new ApiResponseType { StatusCode = StatusCodes.Status304NotModified });
            foreach (var status in facts.Refusals(dialect).Select(of => of.Refusal.Status).Distinct().Order())
            {
                if (answers.All(answer => answer.StatusCode != status))
                    answers.Add(new ApiResponseType { StatusCode = status, Type = dialect.Envelope, ApiResponseFormats = { new ApiResponseFormat { MediaType = Json } } });
            }
        }
    }

    /// <summary>The framework knows one form for each status; the second of 200 gets 2001, and so on, until <see cref="RouteOperation"/> puts them together.</summary>
    private static void AddOtherForms(IList<ApiResponseType> answers, RouteFacts facts)
    {
        foreach (var forms in facts.All<IProducesResponseTypeMetadata>().Where(static of => of.Type is not null && of.Type != typeof(void)).DistinctBy(static of => (of.StatusCode, of.Type)).GroupBy(static of => of.StatusCode))
        {
            if (forms.Count() == 1)
                continue;
            foreach (var known in answers.Where(answer => answer.StatusCode == forms.Key).Skip(1).ToList())
                answers.Remove(known);
            var number = 0;
            foreach (var form in forms.Where(form => answers.All(answer => answer.StatusCode != forms.Key || answer.Type != form.Type)))
                answers.Add(new ApiResponseType { StatusCode = (forms.Key * 10) + ++number, Type = form.Type, ApiResponseFormats = { new ApiResponseFormat { MediaType = Json } } });
        }
    }

    public void OnProvidersExecuted(ApiDescriptionProviderContext context)
    {
    }
}
