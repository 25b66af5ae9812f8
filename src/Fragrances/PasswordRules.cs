using Colonnade.Platform.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Colonnade.Fragrances;

/// <summary>What this document asks of a new password: the platform's rules, a digit and a special character.</summary>
internal static class PasswordRules
{
    public const string Rule = "Password must have at least 8 characters, one number and one special character";

    public static ProblemHttpResult? Broken(Passwords passwords, string password, EmailAddress? email)
    {
        if (passwords.FlawOf(password, email) is not { } flaw)
            return password.Any(char.IsDigit) && !password.All(char.IsLetterOrDigit) ? null : FragrancesErrors.Unprocessable(Rule, "password");
        return FragrancesErrors.Unprocessable(flaw switch
        {
            PasswordFlaw.TooShort => Rule,
            PasswordFlaw.TooLong => "Password must have at most 1024 bytes",
            PasswordFlaw.Worst => "This password is one of the most guessed; choose another",
            PasswordFlaw.Personal => "Password must not be your own address or this product's name",
        }, "password");
    }
}
