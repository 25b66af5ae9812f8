using System.Text.Json;
using Colonnade.Platform.Database;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Colonnade.Studio;

/// <summary>
/// Every service that is offered, in process with its answers ready; read again after a notification that the catalogue changed.
/// While the listener is cut off, each question reads PostgreSQL.
/// </summary>
public sealed class ServiceShelf
{
    private readonly ProductDatabase _database;
    private readonly Listener _listener;
    private readonly JsonSerializerOptions _json;
    private volatile Shelf? _shelf;
    private long _changes;

    public ServiceShelf(ProductDatabase database, Listener listener, IOptions<JsonOptions> json)
    {
        (_database, _listener, _json) = (database, listener, json.Value.SerializerOptions);
        listener.Subscribe("services", _ => Forget(), Forget);
    }

    /// <summary>The newest state, newest service first.</summary>
    public async ValueTask<Shelf> Current(CancellationToken stop)
    {
        if (_shelf is { } shelf && _listener.IsLive)
            return shelf;
        var before = Interlocked.Read(ref _changes);
        var read = await Read(stop);
        // What changed meanwhile is read by whoever asks next.
        if (before == Interlocked.Read(ref _changes))
            _shelf = read;
        return read;
    }

    private void Forget()
    {
        Interlocked.Increment(ref _changes);
        _shelf = null;
    }

    private async Task<Shelf> Read(CancellationToken stop)
    {
        var rows = await _database.List<ShelfRow>(
            """
            select s.id as service_id, s.provider_id, s.title, s.description as service_description, s.category, r.rating, r.reviews,
                   p.id, p.name, p.description, p.price, p.currency, p.delivery_days, p.revisions, p.features
            from services s join packages p on p.service_id = s.id and p.retired_at is null
            left join lateral (
                select round(avg(v.rating), 1) as rating, count(*) as reviews
                from reviews v join orders o on o.id = v.order_id where o.service_id = s.id) r on true
            where s.retired_at is null
            order by s.id desc, p.position
            """, null, stop);
        var services = rows.GroupBy(row => row.ServiceId).Select(of =>
        {
            var row = of.First();
            return new Service(row.ServiceId, row.Title, row.ServiceDescription, row.Category, row.ProviderId, row.Rating, row.Reviews, [.. of.Select(each => each.Package())]);
        }).ToList();
        return new Shelf(
            services,
            JsonSerializer.SerializeToUtf8Bytes(new ServiceList(services), _json),
            services.ToDictionary(service => service.Id, service => (ReadOnlyMemory<byte>)JsonSerializer.SerializeToUtf8Bytes(new ServiceDetail(service, service.Packages), _json)));
    }

    private sealed record ShelfRow
    {
        public Guid ServiceId { get; init; }
        public Guid ProviderId { get; init; }
        public string Title { get; init; } = "";
        public string ServiceDescription { get; init; } = "";
        public string Category { get; init; } = "";
        public decimal? Rating { get; init; }
        public long Reviews { get; init; }
        public Guid Id { get; init; }
        public string Name { get; init; } = "";
        public string Description { get; init; } = "";
        public long Price { get; init; }
        public string Currency { get; init; } = "";
        public int DeliveryDays { get; init; }
        public int Revisions { get; init; }
        public string[] Features { get; init; } = [];

        public Package Package() => new(Id, Name, Description, Price, Currency, DeliveryDays, Revisions, Features);
    }
}

/// <summary>The catalogue at one moment.</summary>
/// <param name="Services">Newest first.</param>
/// <param name="List">The answer with all of them.</param>
/// <param name="Details">The answer for each.</param>
public sealed record Shelf(IReadOnlyList<Service> Services, ReadOnlyMemory<byte> List, IReadOnlyDictionary<Guid, ReadOnlyMemory<byte>> Details);
