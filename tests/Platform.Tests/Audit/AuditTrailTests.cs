using Colonnade.Platform.Audit;
using Colonnade.Platform.Tests.Accounts;
using Npgsql;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Audit;

public sealed class AuditTrailTests(AccountsApp app) : IClassFixture<AccountsApp>
{
    private Task Write(string name, Guid? account = null) => app.InWork(async work =>
    {
        await work.Audit(new AuditEntry(name, account, AccountsProduct.Client) { Detail = new { amountMinor = 1250, note = "№ 5" } }, AccountsProduct.Stop);
        return true;
    });

    [Fact]
    public async Task An_entry_says_who_what_when_and_from_where()
    {
        var account = Guid.CreateVersion7();
        await Write("paid", account);
        (await app.Database.One<string>(
            """
            select concat_ws('|', event, account_id, host(address), request_id, detail->>'amountMinor', detail->>'note', at = clock())
            from audit where account_id = @account
            """, new { account }, AccountsProduct.Stop)).ShouldBe($"paid|{account}|192.0.2.7|request-1|1250|№ 5|t");
    }

    [Fact]
    public async Task An_entry_is_kept_only_with_the_change_it_records()
    {
        await using (var work = await app.Database.Begin(AccountsProduct.Stop))
            await work.Audit(new AuditEntry("undone", null, AccountsProduct.Client), AccountsProduct.Stop);
        (await app.Database.One<int>("select count(*)::int from audit where event = 'undone'", null, AccountsProduct.Stop)).ShouldBe(0);
    }

    [Theory]
    [InlineData("update audit set event = 'nothing'")]
    [InlineData("update audit set event = 'nothing' where false")]
    [InlineData("delete from audit")]
    [InlineData("delete from audit where id = (select id from audit limit 1)")]
    [InlineData("truncate audit")]
    public async Task No_entry_is_changed_or_removed(string sql)
    {
        await Write("kept");
        var refusal = await Should.ThrowAsync<PostgresException>(() => app.Database.Execute(sql, null, AccountsProduct.Stop));
        refusal.SqlState.ShouldBe(PostgresErrorCodes.RestrictViolation);
        (await app.Database.One<int>("select count(*)::int from audit where event = 'kept'", null, AccountsProduct.Stop)).ShouldBeGreaterThan(0);
    }
}
