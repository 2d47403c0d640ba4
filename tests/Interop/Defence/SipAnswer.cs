using System.Text;

namespace Interop.Defence;

/// <summary>Answers to requests, as plain as can be.</summary>
internal static class SipAnswer
{
    /// <param name="request">As it came.</param>
    /// <param name="status">Code and phrase.</param>
    /// <param name="headers">Further lines, each with its end.</param>
    /// <param name="sdp">The body.</param>
    public static byte[] To(string request, string status, string headers = "", string sdp = "")
    {
        var answer = new StringBuilder($"SIP/2.0 {status}\r\n");
        foreach (string line in request.Split("\r\n").TakeWhile(line => line.Length > 0))
        {
            string name = line.Split(':')[0];
            if (name is not ("Via" or "From" or "To" or "Call-ID" or "CSeq")) continue;
            answer.Append(line).Append(name == "To" && !line.Contains(";tag=", StringComparison.Ordinal) ? ";tag=there\r\n" : "\r\n");
        }
        answer.Append(headers).Append(sdp.Length > 0 ? "Content-Type: application/sdp\r\n" : "").Append($"Content-Length: {sdp.Length}\r\n\r\n{sdp}");
        return Encoding.UTF8.GetBytes(answer.ToString());
    }
}
