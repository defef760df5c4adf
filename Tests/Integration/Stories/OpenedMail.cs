using System.Diagnostics;
using System.Text.Json.Nodes;
using NUnit.Framework;

namespace CopyTrack.Integration.Stories;

/// <summary>A mail as somebody opens it, taken apart by Python's own reader, which shares nothing with what wrote it.</summary>
internal sealed record OpenedMail(string From, string To, string Subject, string Plain, string Html, IReadOnlyDictionary<string, byte[]> Attachments)
{
    private const string Reader = """
        import sys, json, base64, email, email.policy
        m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
        body = lambda kind: (m.get_body((kind,)) or m).get_content()
        assert not m.defects and not any(p.defects for p in m.walk()), [p.defects for p in m.walk()]
        json.dump({"from": m["From"], "to": m["To"], "subject": m["Subject"], "plain": body("plain"), "html": body("html"),
                   "files": {p.get_filename(): base64.b64encode(p.get_content() if isinstance(p.get_content(), bytes) else p.get_content().encode()).decode() for p in m.iter_attachments()}}, sys.stdout)
        """;

    /// <summary>Opens a mail as the server kept it.</summary>
    public static async Task<OpenedMail> OfAsync(byte[] mail)
    {
        using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", Reader]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = python.StandardError.ReadToEndAsync();
        var output = python.StandardOutput.ReadToEndAsync();
        await python.StandardInput.BaseStream.WriteAsync(mail);
        python.StandardInput.Close();
        await python.WaitForExitAsync();
        Assert.That(python.ExitCode, Is.Zero, await error);
        var read = JsonNode.Parse(await output)!;
        string Text(string member) => read[member]!.GetValue<string>();
        return new OpenedMail(Text("from"), Text("to"), Text("subject"), Text("plain"), Text("html"), read["files"]!.AsObject().ToDictionary(f => f.Key, f => Convert.FromBase64String(f.Value!.GetValue<string>())));
    }
}
