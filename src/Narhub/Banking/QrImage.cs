using QRCoder;

namespace Colonnade.Narhub.Banking;

/// <summary>A QR code as a PNG in black on white, with the margin scanners need.</summary>
public static class QrImage
{
    private const int PixelsPerModule = 8;

    /// <summary>With error correction M, as EPC069-12 asks.</summary>
    public static byte[] Png(string payload)
    {
        // Without an ECI mark: banking apps take the character set from the payload's third line.
        using var code = QRCodeGenerator.GenerateQrCode(payload, QRCodeGenerator.ECCLevel.M, forceUtf8: true);
        using var png = new PngByteQRCode(code);
        return png.GetGraphic(PixelsPerModule);
    }
}
