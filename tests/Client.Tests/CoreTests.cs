using Xunit;

namespace Colonnade.Client.Tests;

/// <summary>What all clients have in common, against a server that refuses, breaks off and hangs as it is told.</summary>
public sealed class CoreTests
{
    [Fact]
    public Task Calls_are_repeated_in_time_and_only_where_that_is_safe() => ClientPackage.Test("retries.test", least: 14);

    [Fact]
    public Task Sessions_refresh_once_however_many_calls_need_it() => ClientPackage.Test("sessions.test", least: 16);

    [Fact]
    public Task Requests_and_refusals_are_what_the_products_speak() => ClientPackage.Test("requests.test", least: 15);

    [Fact]
    public Task A_jar_keeps_cookies_as_a_browser_would() => ClientPackage.Test("cookies.test", least: 11);

    [Fact]
    public Task Events_are_heard_however_they_are_cut_and_go_on_where_they_broke_off() => ClientPackage.Test("events.test", least: 14);
}
