using System.Globalization;
using Colonnade.Testing;
using Shouldly;
using Xunit;

namespace Colonnade.Studio.Tests;

/// <summary>Who may do what to an order in which state: every cell of the table, over HTTP.</summary>
public sealed class TransitionTests(StudioApp app) : IClassFixture<StudioApp>
{
    // Rows are states, columns actions; in each cell who may: c the customer, p the provider, o an operator. Everybody else whose
    // role may do it elsewhere gets 409, whose role never may 403, and who has no business with the order 404.
    private const string Table =
        """
                               requirements deliver request-changes accept cancel dispute complete refund review
          pending_payment      -            -       -               -      cpo    -       -        -      -
          pending_requirements c            -       -               -      cpo    -       -        -      -
          in_progress          -            p       -               -      cpo    c       -        -      -
          delivered            -            -       c               c      -      c       -        -      -
          changes_requested    -            p       -               -      -      c       -        -      -
          completed            -            -       -               -      -      -       -        -      c
          reviewed             -            -       -               -      -      -       -        -      -
          payment_expired      -            -       -               -      -      -       -        -      -
          canceled             -            -       -               -      -      -       -        -      -
          disputed             -            -       -               -      -      -       o        o      -
          refunded             -            -       -               -      -      -       -        -      -
        """;

    private static readonly Dictionary<string, (string Route, string Body, string To)> Actions = new(StringComparer.Ordinal)
    {
        ["requirements"] = ("requirements", """{"details":{"size":"A4"}}""", "in_progress"),
        ["deliver"] = ("deliver", """{"message":"Here it is"}""", "delivered"),
        ["request-changes"] = ("request-changes", """{"message":"Taller"}""", "changes_requested"),
        ["accept"] = ("accept", "{}", "completed"),
        ["cancel"] = ("cancel", "{}", "canceled"),
        ["dispute"] = ("dispute", """{"reason":"Not a lighthouse"}""", "disputed"),
        ["complete"] = ("resolve", """{"outcome":"completed"}""", "completed"),
        ["refund"] = ("resolve", """{"outcome":"refunded"}""", "refunded"),
        ["review"] = ("review", """{"rating":4}""", "reviewed"),
    };

    [Fact]
    public async Task Every_cell_of_the_table_holds()
    {
        var order = await app.Paid(await app.Offer(revisions: 5));
        var actors = new Dictionary<char, Api>
        {
            ['c'] = order.Customer.Api,
            ['p'] = order.Offer.Provider.Api,
            ['o'] = (await app.Someone("admin")).Api,
            ['s'] = (await app.Someone()).Api,
        };
        var lines = Table.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        var columns = lines[0];
        var cells = 0;
        var wrong = new List<string>();
        foreach (var line in lines.Skip(1))
        {
            for (var column = 0; column < columns.Length; column++)
            {
                var (state, action, may) = (line[0], columns[column], line[column + 1]);
                var roles = string.Concat(lines.Skip(1).Select(each => each[column + 1]));
                foreach (var (who, api) in actors)
                {
                    cells++;
                    var expected = who == 's' ? Actions[action].Route == "resolve" ? 403 : 404
                        : may.Contains(who, StringComparison.Ordinal) ? 200
                        : roles.Contains(who, StringComparison.Ordinal) ? 409
                        : 403;
                    await Put(order.Id, state);
                    var (route, body, to) = Actions[action];
                    var answer = await api.Post($"/api/orders/{order.Id}/{route}", body);
                    var status = await app.Status(order.Id);
                    if (answer.Status != expected || status != (expected == 200 ? to : state))
                        wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{state} {action} {who}: {answer.Status} instead of {expected}, then {status}"));
                    else if (expected == 409)
                        ShouldExplain(answer, state, to, who, lines, columns);
                }
            }
        }

        wrong.ShouldBeEmpty();
        cells.ShouldBe(11 * 9 * 4);
    }

    [Fact]
    public void The_table_in_force_is_this_table()
    {
        // The reference page and the timers come from it; it must not know steps that this one does not.
        foreach (var transition in OrderTransitions.All)
        {
            transition.From.ShouldAllBe(state => Table.Contains($" {state} ", StringComparison.Ordinal));
            Table.ShouldContain($" {transition.To} ");
        }

        OrderTransitions.All.Where(transition => transition.After is not null).Select(transition => (transition.Action, transition.After))
            .ShouldBe([("expire", TimeSpan.FromMinutes(15)), ("accept", TimeSpan.FromDays(14)), ("resolve-refunded", TimeSpan.FromDays(60))]);
    }

    [Fact]
    public async Task The_reference_page_shows_every_step()
    {
        var page = (await app.Api.Get("/reference/orders")).ShouldBe(200);
        page.Header("Content-Type")!.ShouldStartWith("text/html");
        foreach (var transition in OrderTransitions.All)
            page.Text.ShouldContain(transition.Effect.Replace("'", "&#x27;", StringComparison.Ordinal));
        page.Text.ShouldContain("after 15 minutes");
        page.Text.ShouldContain("after 14 days");
        page.Text.ShouldContain("after 60 days");
    }

    private static void ShouldExplain(Answer answer, string from, string to, char who, List<string[]> lines, string[] columns)
    {
        answer.ShouldBeRefused(409, "INVALID_STATE");
        answer.At("error.details.from").GetString().ShouldBe(from);
        answer.At("error.details.to").GetString().ShouldBe(to);
        var row = lines.First(line => line[0] == from);
        var allowed = columns.Where((_, column) => row[column + 1].Contains(who, StringComparison.Ordinal)).Select(action => Actions[action].To).Distinct(StringComparer.Ordinal);
        answer.At("error.details.allowed").EnumerateArray().Select(state => state.GetString()!).ShouldBe(allowed, ignoreOrder: true);
    }

    /// <summary>Puts the order into a state as if it had come there by itself.</summary>
    private Task<int> Put(Guid order, string state) => app.Database.Execute(
        """
        with cleared as (delete from disputes where order_id = @order), unreviewed as (delete from reviews where order_id = @order),
            unpaid as (update payments set refunded = 0 where order_id = @order)
        update orders set status = @state, revisions_used = 0, version = version + 1 where id = @order
        """, new { order, state }, StudioApp.Stop);
}
