using Colonnade.Platform.Web;

namespace Colonnade.Studio;

/// <summary>Who somebody is in this product. Everybody can order; a provider also offers services, an operator decides disputes.</summary>
public static class Roles
{
    public const string Customer = "customer";
    public const string Provider = "provider";
    public const string Operator = "operator";

    /// <summary>An account's role as the API tells it.</summary>
    public static string Of(string account) => account switch
    {
        "admin" => Operator,
        "provider" => Provider,
        _ => Customer,
    };

    public static bool MayOffer(Caller caller) => caller.IsOperator || caller.Role == Provider;
}
