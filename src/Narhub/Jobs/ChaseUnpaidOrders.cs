using Colonnade.Platform.Database;
using Colonnade.Platform.Jobs;
using Colonnade.Platform.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Colonnade.Narhub.Jobs;

/// <summary>Reminds of orders that nobody pays, and cancels them at last; each only where the settings say after how long.</summary>
public sealed record ChaseUnpaidOrders : IJob
{
    private const int Portion = 100;

    public static string Kind => "chase_unpaid_orders";

    public async Task Run(JobRun run)
    {
        var rules = run.Services.GetRequiredService<OrderRules>();
        if (rules.CancelAfterDays is { } cancelAfter)
            await Cancel(run, TimeSpan.FromDays(cancelAfter));
        if (rules.RemindAfterDays is { } remindAfter)
            await Remind(run, TimeSpan.FromDays(remindAfter));
    }

    private static async Task Remind(JobRun run, TimeSpan after)
    {
        var database = run.Services.GetRequiredService<ProductDatabase>();
        int reminded;
        do
        {
            await using var work = await database.Begin(run.Stop);
            var orders = await work.List<Guid>(
                """
                update orders set reminded_at = clock() where id in (
                    select id from orders where status = 'pending' and reminded_at is null and created_at <= (select clock()) - @after
                    order by id limit @Portion for update skip locked)
                returning id
                """, new { after, Portion }, run.Stop);
            foreach (var order in orders)
                await work.Enqueue(new MailPaymentReminder(order), run.Stop);
            await work.Commit(run.Stop);
            reminded = orders.Count;
        }
        while (reminded == Portion);
    }

    /// <summary>One transaction an order; a payment that comes meanwhile wins or waits. What was paid in part is left to an operator.</summary>
    private static async Task Cancel(JobRun run, TimeSpan after)
    {
        var database = run.Services.GetRequiredService<ProductDatabase>();
        var states = run.Services.GetRequiredService<OrderStates>();
        while (true)
        {
            await using var work = await database.Begin(run.Stop);
            var order = await work.One<OrderRow>(
                $"""
                select {OrderRow.Columns} from orders o
                where status = 'pending' and paid_amount = 0 and created_at <= (select clock()) - @after
                order by id limit 1 for update skip locked
                """, new { after }, run.Stop);
            if (order is null)
                return;
            await states.Change(work, order, OrderStatus.Cancelled, ClientFacts.None, "No payment had arrived in time.", run.Stop);
            await work.Commit(run.Stop);
        }
    }
}
