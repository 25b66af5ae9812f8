using Colonnade.Narhub.Jobs;
using Colonnade.Platform.Jobs;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Narhub;

/// <summary>Everything between an order and its paid invoice.</summary>
internal static class OrderHosting
{
    /// <exception cref="InvalidOperationException">Outside Development a setting of the seller is missing.</exception>
    public static WebApplicationBuilder AddOrders(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(Seller.Of(builder.Configuration, builder.Environment));
        builder.Services.AddSingleton(OrderRules.Of(builder.Configuration));
        builder.Services.AddSingleton<OrderPlacement>();
        builder.Services.AddSingleton<OrderStates>();
        builder.Services.AddSingleton<OrderPrivacy>();
        builder.Services.AddSingleton<InvoiceIssue>();
        builder.Services.AddSingleton<InvoicePrints>();
        builder.Services.AddSingleton<Ledger>();
        builder.Services.AddSingleton<StatementImport>();
        builder.Services.AddSingleton<BankMatching>();
        builder.Services.AddJobs(static jobs => jobs
            .Add<MailOrderConfirmation>().Add<MailPaymentReceived>().Add<MailOrderStatus>().Add<MailPaymentReminder>().Add<MailQuote>()
            .Add<MatchBankLines>().Every<ChaseUnpaidOrders>(TimeSpan.FromHours(1)));
        return builder;
    }
}
