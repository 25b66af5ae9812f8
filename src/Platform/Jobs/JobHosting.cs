using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Colonnade.Platform.Jobs;

/// <summary>Gives a product its job queue.</summary>
public static class JobHosting
{
    /// <summary>
    /// Registers kinds of jobs and, once, the queue and its workers. Settings: <c>Jobs:Workers</c> (2; 0: this node
    /// only serves) for each lane, <c>Jobs:Lanes:&lt;lane&gt;</c> for one, and those of <see cref="JobSettings"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">A kind was registered before.</exception>
    public static IServiceCollection AddJobs(this IServiceCollection services, Action<JobKinds> add)
    {
        if (services.FirstOrDefault(service => service.ServiceType == typeof(JobKinds))?.ImplementationInstance is not JobKinds kinds)
        {
            kinds = new JobKinds().Every<JobSweep>(TimeSpan.FromMinutes(10));
            services.AddSingleton(kinds);
            services.AddSingleton(provider => JobSettings.Of(provider.GetRequiredService<IConfiguration>()));
            services.AddSingleton<JobTable>();
            services.AddSingleton<JobRunner>();
            services.AddSingleton(provider => new JobQueue(
                provider.GetRequiredService<Database.ProductDatabase>(), kinds, provider.GetRequiredService<JobTable>(), provider.GetRequiredService<JobRunner>()));
            // In this order: it stops last, and tells of what the last jobs here have enqueued.
            services.AddHostedService<JobAnnouncer>();
            services.AddHostedService<JobWorkers>();
            services.TryAddSingleton(CpuSlots.OfThisProcess);
        }

        add(kinds);
        return services;
    }
}

/// <summary>How workers keep time; the defaults are what operations rely on. Leases run by the database's clock, pauses by real time.</summary>
public sealed record JobSettings
{
    /// <summary>Workers of a lane unless <see cref="Lanes"/> says otherwise.</summary>
    public int Workers { get; init; } = 2;

    /// <summary>Workers by lane.</summary>
    public IReadOnlyDictionary<string, int> Lanes { get; init; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>A job whose worker was not heard of for so long is taken over.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The net under notifications.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What running jobs get when the node stops; at least 3 s less than the host's shutdown time-out.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>What a job gets to end after its time-out; then its worker goes on without it.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <param name="lane">Whose workers.</param>
    /// <param name="usual">What its kinds ask for.</param>
    internal int WorkersOf(string lane, int? usual) => Workers == 0 ? 0 : Lanes.TryGetValue(lane, out var workers) ? workers : usual ?? Workers;

    internal static JobSettings Of(IConfiguration configuration)
    {
        var jobs = configuration.GetSection("Jobs");
        var usual = new JobSettings();
        return new JobSettings
        {
            Workers = jobs.GetValue("Workers", usual.Workers),
            Lanes = jobs.GetSection("Lanes").GetChildren().ToDictionary(lane => lane.Key, lane => lane.Get<int>(), StringComparer.Ordinal),
            Lease = jobs.GetValue("Lease", usual.Lease),
            Heartbeat = jobs.GetValue("Heartbeat", usual.Heartbeat),
            Poll = jobs.GetValue("Poll", usual.Poll),
            Drain = jobs.GetValue("Drain", usual.Drain),
            Grace = jobs.GetValue("Grace", usual.Grace),
        };
    }
}
