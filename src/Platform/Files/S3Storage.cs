using System.Net;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Colonnade.Platform.Errors;
using Microsoft.Extensions.Configuration;

namespace Colonnade.Platform.Files;

/// <summary>
/// A bucket of anything that speaks S3. Settings <c>Files:S3:ServiceUrl</c>, <c>:Bucket</c>, <c>:AccessKey</c>, <c>:SecretKey</c>,
/// <c>:Region</c> (<c>us-east-1</c>). Several products may share a bucket: names begin with the product's.
/// </summary>
internal sealed class S3Storage : FileStorage, IDisposable
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);
    private readonly AmazonS3Client _client;
    private readonly string _bucket;
    private readonly string _prefix;

    public S3Storage(IConfiguration settings, string prefix, string incoming)
    {
        _bucket = settings["Bucket"] is { Length: > 0 } bucket ? bucket : throw new InvalidOperationException("Set Files__S3__Bucket beside Files__S3__ServiceUrl.");
        _prefix = prefix + "/";
        Incoming = incoming;
        Directory.CreateDirectory(Incoming, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _client = new AmazonS3Client(new BasicAWSCredentials(settings["AccessKey"], settings["SecretKey"]), new AmazonS3Config
        {
            ServiceURL = settings["ServiceUrl"],
            AuthenticationRegion = settings["Region"] is { Length: > 0 } region ? region : "us-east-1",
            ForcePathStyle = true,
            AllowAutoRedirect = false,
            MaxErrorRetry = 0,
            Timeout = TimeSpan.FromSeconds(20),
            ConnectTimeout = TimeSpan.FromSeconds(3),
            // Newer checksums are not understood by everything that speaks S3; the signature covers the body's SHA-256.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        });
    }

    public override string Incoming { get; }

    public override bool IsLocal => false;

    public override async Task Store(string path, string name, CancellationToken stop)
    {
        await Ask(() => _client.PutObjectAsync(
            new PutObjectRequest { BucketName = _bucket, Key = _prefix + name, FilePath = path, ContentType = "application/octet-stream", UseChunkEncoding = false }, stop), stop);
        File.Delete(path);
    }

    public override async Task<Stream?> Open(string name, CancellationToken stop) =>
        await Ask(async () =>
        {
            try
            {
                var answer = await _client.GetObjectAsync(_bucket, _prefix + name, stop);
                return (Stream?)answer.ResponseStream;
            }
            catch (AmazonS3Exception gone) when (gone.StatusCode == HttpStatusCode.NotFound)
            {
                return null;
            }
        }, stop);

    public override Task Remove(string name, CancellationToken stop) => Ask(() => _client.DeleteObjectAsync(_bucket, _prefix + name, stop), stop);

    public override async IAsyncEnumerable<string> Names([EnumeratorCancellation] CancellationToken stop)
    {
        var request = new ListObjectsV2Request { BucketName = _bucket, Prefix = _prefix };
        ListObjectsV2Response page;
        do
        {
            page = await Ask(() => _client.ListObjectsV2Async(request, stop), stop);
            foreach (var found in page.S3Objects ?? [])
                yield return found.Key[_prefix.Length..];
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);
    }

    public void Dispose() => _client.Dispose();

    private static async Task<T> Ask<T>(Func<Task<T>> call, CancellationToken stop)
    {
        try
        {
            return await call();
        }
        catch (Exception failure) when (!stop.IsCancellationRequested
            && failure is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or OperationCanceledException or System.Xml.XmlException)
        {
            throw new PlatformFailureException(PlatformFailure.Unavailable, Retry);
        }
    }
}
