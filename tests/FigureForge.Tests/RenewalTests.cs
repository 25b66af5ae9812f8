using Shouldly;
using Xunit;

namespace Colonnade.FigureForge.Tests;

/// <summary>What becomes of a subscription with time. Each test has an app of its own, whose clock begins where the provider's is.</summary>
public sealed class RenewalTests : IAsyncLifetime
{
    private readonly FigureForgeApp _app = new();

    public async ValueTask InitializeAsync()
    {
        await _app.InitializeAsync();
        await MoveTo(TimeProvider.System.GetUtcNow());
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_renewal_that_is_paid_gives_the_months_credits_once_whoever_tells_of_it_how_often()
    {
        var person = await _app.Subscriber("pro_monthly");
        var (customer, subscription) = (await _app.Customer(person), await _app.Subscription(person));
        await _app.Database.Execute(
            "with spent as (insert into credit_ledger (account_id, kind, monthly, pack) values (@Id, 'reserve', -150, 0)) update artists set monthly_credits = monthly_credits - 150 where account_id = @Id", new { person.Id }, FigureForgeApp.Stop);
        await _app.Renew(subscription);
        await MoveTo(await PeriodEnd(person) + TimeSpan.FromMinutes(1));
        var told = await Task.WhenAll(
            _app.Tell(customer, "invoice.paid", "invoice", id: "evt_paid" + customer), _app.Tell(customer, "customer.subscription.updated"), _app.Tell(customer, "invoice.created", "invoice"),
            _app.Tell(customer, "invoice.paid", "invoice", id: "evt_paid" + customer), _app.Tell(customer, "invoice.finalized", "invoice"));
        told.ShouldAllBe(answer => answer.Status == 200);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => _app.RunJobs()));
        (await _app.Balance(person)).ShouldBe(400);
        (await Standing(person)).ShouldBe(new StandingRow { Tier = "pro", Granted = 400, Status = "active" });
        (await Kinds(person)).ShouldBe(["grant", "expire", "grant", "reserve", "expire", "grant"]);
        (await _app.Tell(customer, "invoice.paid", "invoice")).ShouldBe(200);
        (await _app.Balance(person)).ShouldBe(400);
    }

    [Fact]
    public async Task Without_any_webhook_a_renewal_is_found_out()
    {
        var person = await _app.Subscriber("hobby_monthly");
        await _app.Renew(await _app.Subscription(person));
        await MoveTo(await PeriodEnd(person) + TimeSpan.FromHours(2));
        await _app.RunJobs();
        (await Standing(person)).ShouldBe(new StandingRow { Tier = "hobby", Granted = 100, Status = "active" });
        (await _app.Balance(person)).ShouldBe(100);
    }

    [Fact]
    public async Task A_renewal_that_is_not_paid_keeps_the_plan_for_a_week_and_its_credits_come_once_with_the_payment()
    {
        var (person, customer, subscription, end) = await Unpaid();
        foreach (var type in (string[])["invoice.payment_failed", "customer.subscription.updated", "invoice.payment_failed"])
            (await _app.Tell(customer, type, type[0] == 'i' ? "invoice" : "subscription")).ShouldBe(200);
        await _app.RunJobs();
        (await Standing(person)).ShouldBe(new StandingRow { Tier = "pro", Granted = 20, Status = "past_due" });
        (await _app.Balance(person)).ShouldBe(20);
        (await _app.Mails(person.Email)).Count(mail => mail.Subject.Contains("did not come through", StringComparison.Ordinal)).ShouldBe(1);

        // The provider tries again a day later, with another card.
        person = await _app.SignIn(person.Email);
        await FigureForgeApp.Generate(person);
        await FigureForgeApp.UseCard(person, "pm_card_visa");
        await _app.MoveProviderTo(subscription, end + TimeSpan.FromDays(1));
        await MoveTo(end + TimeSpan.FromDays(1));
        var told = await Task.WhenAll(
            _app.Tell(customer, "invoice.paid", "invoice", id: "evt_late" + customer), _app.Tell(customer, "invoice.payment_failed", "invoice"), _app.Tell(customer, "customer.subscription.updated"),
            _app.Tell(customer, "invoice.paid", "invoice", id: "evt_late" + customer));
        told.ShouldAllBe(answer => answer.Status == 200);
        await _app.RunJobs();
        (await Standing(person)).ShouldBe(new StandingRow { Tier = "pro", Granted = 400, Status = "active" });
        (await Kinds(person)).Count(kind => kind == "raise").ShouldBe(1);
        (await _app.Balance(person)).ShouldBe(399);
    }

    [Fact]
    public async Task After_a_week_unpaid_the_plan_is_over_until_it_is_paid_after_all()
    {
        var (person, customer, subscription, end) = await Unpaid();
        (await _app.Tell(customer, "invoice.payment_failed", "invoice")).ShouldBe(200);
        await MoveTo(end + TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1));
        await _app.RunJobs();
        (await Standing(person)).Tier.ShouldBe("pro");
        await MoveTo(end + TimeSpan.FromDays(7) + TimeSpan.FromMinutes(1));
        (await _app.Tell(customer, "customer.subscription.updated")).ShouldBe(200);
        (await Standing(person)).ShouldBe(new StandingRow { Tier = "free", Granted = 20, Status = "past_due" });

        person = await _app.SignIn(person.Email);
        await FigureForgeApp.UseCard(person, "pm_card_visa");
        await _app.MoveProviderTo(subscription, end + TimeSpan.FromDays(9));
        await MoveTo(end + TimeSpan.FromDays(9));
        foreach (var _ in (int[])[1, 2])
            (await _app.Tell(customer, "invoice.paid", "invoice")).ShouldBe(200);
        await _app.RunJobs();
        (await Standing(person)).ShouldBe(new StandingRow { Tier = "pro", Granted = 400, Status = "active" });
        (await _app.Balance(person)).ShouldBe(400);
    }

    [Fact]
    public async Task A_yearly_plan_gives_its_credits_every_month()
    {
        var person = await _app.Subscriber("hobby_yearly");
        for (var month = 1; month <= 3; month++)
        {
            await MoveTo(_app.Clock.GetUtcNow().AddDays(32));
            await _app.RunJobs();
            (await Standing(person)).ShouldBe(new StandingRow { Tier = "hobby", Granted = 100, Status = "active" });
        }

        (await Kinds(person)).ShouldBe(["grant", "expire", "grant", "expire", "grant", "expire", "grant", "expire", "grant"]);
        (await _app.Balance(person)).ShouldBe(100);
    }

    /// <summary>A subscriber of pro whose card is declined at the renewal, a minute after their month has ended.</summary>
    private async Task<(Person Person, string Customer, string Subscription, DateTimeOffset End)> Unpaid()
    {
        var person = await _app.Subscriber("pro_monthly");
        var (customer, subscription) = (await _app.Customer(person), await _app.Subscription(person));
        await FigureForgeApp.UseCard(person, "pm_card_chargeCustomerFail");
        await _app.Renew(subscription);
        var end = await PeriodEnd(person);
        await MoveTo(end + TimeSpan.FromMinutes(1));
        return (person, customer, subscription, end);
    }

    private Task MoveTo(DateTimeOffset time) => _app.Advance(time - _app.Clock.GetUtcNow());

    private Task<DateTimeOffset> PeriodEnd(Person person) =>
        _app.Database.One<DateTimeOffset>("select current_period_end from subscriptions where account_id = @Id", new { person.Id }, FigureForgeApp.Stop);

    private async Task<StandingRow> Standing(Person person) => (await _app.Database.One<StandingRow>(
        "select tier_now(a.tier, a.tier_until) as tier, monthly_granted as granted, s.status from artists a join subscriptions s using (account_id) where account_id = @Id", new { person.Id }, FigureForgeApp.Stop))!;

    private Task<List<string>> Kinds(Person person) => _app.Database.List<string>("select kind from credit_ledger where account_id = @Id order by id", new { person.Id }, FigureForgeApp.Stop);

    private sealed record StandingRow
    {
        public string Tier { get; init; } = "";
        public int Granted { get; init; }
        public string Status { get; init; } = "";
    }
}
