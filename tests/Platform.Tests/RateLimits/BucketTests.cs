using System.Net;
using Colonnade.Platform.RateLimits;
using Shouldly;
using Xunit;

namespace Colonnade.Platform.Tests.RateLimits;

/// <summary>Memory of the whole process is counted here: nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(BucketTests), DisableParallelization = true)]
public sealed class NothingElse;

[Collection(nameof(BucketTests))]
public sealed class BucketTests
{
    [Fact]
    public void A_bucket_agrees_with_a_plain_list_of_times()
    {
        const long window = 60;
        const int most = 7;
        var random = new Random(4711);
        var bucket = new Bucket();
        var plain = new List<long>();
        long now = 0;
        for (var step = 0; step < 20_000; step++)
        {
            now += random.Next(0, 12);
            bucket.Forget(now, window);
            plain.RemoveAll(at => now - at >= window);
            if (random.Next(8) == 0 && plain.Count > 0)
            {
                var at = plain[random.Next(plain.Count)];
                plain.Remove(at);
                bucket.Remove(at).ShouldBeTrue();
            }
            else if (plain.Count < most)
            {
                plain.Add(now);
                bucket.Add(now, most);
            }

            bucket.Count.ShouldBe(plain.Count);
            Enumerable.Range(0, bucket.Count).Select(bucket.At).ShouldBe(plain);
        }
    }

    [Fact]
    public void A_bucket_with_a_grain_never_counts_less_than_a_plain_list_of_times_and_stays_small()
    {
        const long window = 60_000;
        const long grain = 100;
        var random = new Random(4711);
        var bucket = new Bucket();
        var plain = new List<long>();
        long now = 0;
        for (var step = 0; step < 50_000; step++)
        {
            now += random.Next(0, 12);
            bucket.Forget(now, window);
            plain.RemoveAll(at => now - at >= window);
            if (random.Next(8) == 0 && plain.Count > 0)
            {
                var at = plain[^1];
                plain.RemoveAt(plain.Count - 1);
                bucket.Remove(at).ShouldBeTrue();
            }

            plain.Add(now);
            bucket.Add(now, int.MaxValue, grain);
            bucket.Count.ShouldBeInRange(plain.Count, plain.Count + (int)grain);
            bucket.At(0).ShouldBeInRange(plain[0] - grain, plain[0] + grain);
            bucket.At(bucket.Count - 1).ShouldBe(now);
        }

        bucket.Ages(now, 1).Length.ShouldBe(bucket.Count);
    }

    [Fact]
    public void A_bucket_of_a_million_takes_little_memory()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var bucket = new Bucket();
        for (var at = 0; at < 1_000_000; at++)
            bucket.Add(at, 1_000_000, 1_000_000 / Bucket.Exactly);
        bucket.Count.ShouldBe(1_000_000);
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(256 * 1024);
        GC.KeepAlive(bucket);
    }

    [Fact]
    public void A_partition_takes_less_than_200_bytes_and_is_forgotten_after_two_periods()
    {
        const int partitions = 100_000;
        var buckets = new Generations<Bucket>();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var address = 0; address < partitions; address++)
            buckets.Get(Partition.Of(new IPAddress(address))).Add(address, 200);
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(200L * partitions);

        buckets.Turn();
        buckets.Get(Partition.Of(new IPAddress(7))).Count.ShouldBe(1);
        buckets.Turn();
        buckets.Get(Partition.Of(new IPAddress(7))).Count.ShouldBe(1);
        buckets.Find(Partition.Of(new IPAddress(8))).ShouldBeNull();
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(50L * partitions);
    }

    [Theory]
    [InlineData("10.0.0.1", "::ffff:10.0.0.1", true)]
    [InlineData("10.0.0.1", "10.0.0.2", false)]
    [InlineData("2001:db8::1", "2001:db8::ffff:1", true)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:2::1", false)]
    [InlineData("0.0.0.1", "::1:0:0:0:1", false)]
    public void Addresses_fall_into_partitions_by_network(string one, string other, bool alike)
    {
        (Partition.Of(IPAddress.Parse(one)) == Partition.Of(IPAddress.Parse(other))).ShouldBe(alike);
    }
}
