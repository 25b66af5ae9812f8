using Colonnade.Platform.Web;

namespace Colonnade.Platform.Mail;

/// <summary>
/// The one frame of all mails: readable on a phone, in light and dark, without a single remote resource.
/// Styles stand inline because many clients drop the head; the head only adds what may be dropped.
/// </summary>
internal static class MailLayout
{
    public static string Text(Letter letter, ProductIdentity product, PublicUrl url) =>
        $"""
        {letter.Text.Trim()}

        --{' '}
        {product.Name}
        {url.Root}

        """.ReplaceLineEndings("\r\n");

    public static string Html(Letter letter, ProductIdentity product, PublicUrl url) => Web.Html.Of(
        $$"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="supported-color-schemes" content="light dark">
        <title>{{letter.Subject}}</title>
        <style>
        :root { color-scheme: light dark; }
        @media (prefers-color-scheme: dark) {
          .page { background: #161a19 !important; }
          .card { background: #1f2625 !important; color: #e9ece9 !important; border-color: #343c3a !important; }
          .code { background: #2c3533 !important; }
          .button { background: #8fd0bf !important; color: #10201c !important; }
          .card a:not(.button) { color: #8fd0bf !important; }
          .quiet { color: #a3ada9 !important; }
        }
        </style>
        </head>
        <body class="page" style="margin:0;padding:0;background:#f6f5f1">
        <div style="display:none;max-height:0;overflow:hidden;mso-hide:all">{{letter.Preheader}}</div>
        <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td align="center" style="padding:24px 12px">
        <table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:560px;background:#ffffff;color:#1d2422;border:1px solid #e3e0d8;border-radius:10px">
        <tr><td style="padding:28px 28px 20px;font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:16px;line-height:1.55;overflow-wrap:anywhere">
        <p class="quiet" style="margin:0 0 20px;font-size:14px;font-weight:600;letter-spacing:.02em;color:#5d6864">{{product.Name}}</p>
        {{letter.Html}}
        </td></tr>
        </table>
        <p class="quiet" style="max-width:560px;margin:16px auto 0;font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:13px;line-height:1.5;color:#5d6864">{{product.Name}} · <a href="{{url.Root}}" class="quiet" style="color:#5d6864">{{url.Root}}</a></p>
        </td></tr></table>
        </body>
        </html>
        """).Markup;
}
