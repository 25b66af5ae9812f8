using Colonnade.Control;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

// The control: what the same machine gives with Kestrel, one route and raw Npgsql, and nothing else: no tokens,
// no limits, no errors worth the name. Colonnade is measured against it in the same run, on the same rows.
//
// Arguments: URL to listen on, PostgreSQL connection string, folder of bodies to answer from memory.
var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls(args[0]);
// The pool of a product.
await using var database = NpgsqlDataSource.Create(args[1] + ";Max Auto Prepare=50;Auto Prepare Min Usages=2;Maximum Pool Size=8");

var app = builder.Build();
app.MapGet("/ready", static http => http.Response.StartAsync());
app.MapMemory(args[2]);
app.MapFragrances(database);
app.MapNarhub(database);
app.MapOrderDesk(database);
app.MapFigureForge(database);
app.MapStudio(database, args[2]);
await app.RunAsync();
