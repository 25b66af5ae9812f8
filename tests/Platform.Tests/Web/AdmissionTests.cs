using Colonnade.Platform.Web;
using Colonnade.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.Web;

/// <summary>How many requests may be in progress, on a thread pool whose queue is as long as the test wants.</summary>
public sealed class AdmissionTests
{
    private const int Floor = 10;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private readonly VirtualClock _clock = new(DateTimeOffset.UnixEpoch);
    private readonly Queue<IThreadPoolWorkItem> _queue = new();
    private readonly StandingDelay _connections;
    private readonly Admission _admission;

    public AdmissionTests()
    {
        _connections = new StandingDelay(_clock);
        _admission = new Admission(Floor, _queue.Enqueue, [_connections], _clock, NullLogger.Instance);
    }

    [Fact]
    public void Any_number_may_wait_for_others_as_long_as_work_gets_its_turn_at_once()
    {
        for (var request = 0; request < 5_000; request++)
        {
            _admission.TryEnter(isShedLast: false).ShouldBeTrue();
            TakeTurns();
            if (request % 10 == 0)
                _clock.Advance(Tick);
        }
    }

    [Fact]
    public void A_burst_is_let_in()
    {
        for (var request = 0; request < 500; request++)
            _admission.TryEnter(isShedLast: false).ShouldBeTrue();
        _clock.Advance(TimeSpan.FromMilliseconds(190));
        _admission.TryEnter(isShedLast: false).ShouldBeTrue();
        TakeTurns();
        _admission.TryEnter(isShedLast: false).ShouldBeTrue();
        TakeTurns();
        _clock.Advance(TimeSpan.FromMilliseconds(190));
        _admission.TryEnter(isShedLast: false).ShouldBeTrue();
    }

    [Fact]
    public void When_work_stands_in_the_queue_fewer_are_let_in_but_never_less_than_the_floor()
    {
        Fill(100);
        Delay(TimeSpan.FromMilliseconds(300));
        // 101 in progress: three quarters of them, 75, may stay, so that nobody comes in before others have left.
        _admission.TryEnter(isShedLast: false).ShouldBeFalse();
        Leave(27);
        _admission.TryEnter(isShedLast: false).ShouldBeTrue();
        _admission.TryEnter(isShedLast: false).ShouldBeTrue();
        _admission.TryEnter(isShedLast: false).ShouldBeFalse();

        for (var step = 0; step < 50; step++)
            Delay(TimeSpan.FromMilliseconds(100));
        Leave(75);
        Fill(Floor);
        _admission.TryEnter(isShedLast: false).ShouldBeFalse();
    }

    [Fact]
    public void Waiting_long_for_connections_counts_too_as_long_as_it_is_so()
    {
        Fill(100);
        TakeTurns();
        var since = _connections.Now;
        _clock.Advance(TimeSpan.FromMilliseconds(300));
        _connections.WaitedSince(since);
        _admission.TryEnter(isShedLast: false).ShouldBeFalse();

        _connections.WaitedSince(_connections.Now);
        for (var step = 0; step < 50; step++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            if (_admission.TryEnter(isShedLast: false))
                _admission.Leave();
            TakeTurns();
        }

        Fill(1_000);
    }

    [Fact]
    public void A_delay_of_long_ago_is_none()
    {
        var since = _connections.Now;
        _clock.Advance(TimeSpan.FromSeconds(3));
        _connections.WaitedSince(since);
        _connections.Stands.ShouldBeTrue();
        _clock.Advance(TimeSpan.FromSeconds(1));
        _connections.Stands.ShouldBeFalse();
        Fill(1_000);
    }

    [Fact]
    public void What_is_shed_last_has_a_fourth_more_room()
    {
        Fill(100);
        Delay(TimeSpan.FromMilliseconds(300));
        Leave(25);
        _admission.TryEnter(isShedLast: false).ShouldBeFalse();
        for (var request = 0; request < 75 / 4; request++)
            _admission.TryEnter(isShedLast: true).ShouldBeTrue();
        _admission.TryEnter(isShedLast: true).ShouldBeFalse();
    }

    [Fact]
    public void When_it_is_over_everybody_is_let_in_again()
    {
        Fill(100);
        Delay(TimeSpan.FromMilliseconds(300));
        _admission.TryEnter(isShedLast: false).ShouldBeFalse();
        Leave(100);
        TakeTurns();
        Fill(Floor);
        for (var second = 0; second < 50; second++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            if (_admission.TryEnter(isShedLast: false))
                _admission.Leave();
            TakeTurns();
        }

        Fill(5_000);
    }

    [Fact]
    public void Refused_ones_are_not_in_progress()
    {
        Fill(100);
        Delay(TimeSpan.FromMilliseconds(300));
        for (var request = 0; request < 10_000; request++)
            _admission.TryEnter(isShedLast: false).ShouldBeFalse();
        Leave(100);
        Fill(Floor);
    }

    private void Fill(int requests)
    {
        for (var request = 0; request < requests; request++)
            _admission.TryEnter(isShedLast: false).ShouldBeTrue($"the {request + 1}th");
    }

    private void Leave(int requests)
    {
        for (var request = 0; request < requests; request++)
            _admission.Leave();
    }

    /// <summary>What is in the queue waits so long; then a request comes, which is not in progress afterwards.</summary>
    private void Delay(TimeSpan wait)
    {
        _clock.Advance(wait);
        TakeTurns();
        if (_admission.TryEnter(isShedLast: false))
            _admission.Leave();
    }

    private void TakeTurns()
    {
        while (_queue.TryDequeue(out var work))
            work.Execute();
    }
}
