using System.Globalization;
using System.Net;
using Load;
using Load.Media;
using Load.Sip;

// dotnet run -c Release --project bench/Load -- calls [--rates 50,100,200,400] [--seconds 10] [--tandem PATH] [--port 25990]
// Calls a second through register-free INVITE, 200, ACK, BYE, 200 to the menu at 9999, and the appliance's processor time per call.

// dotnet run -c Release --project bench/Load -- media --kind relay|ng [--engine tandem|rtpengine|both] …
// The same calls and packets through Tandem and rtpengine, each in its own network namespace; docs/BENCHMARKS.md has the method.

// dotnet run -c Release --project bench/Load -- sip [--kind call|register|both] …
// The same calls or registrations through Tandem and Kamailio, from pairs of sipp.

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["media", ..] && BenchOptions.Read(args) is { } media) return (media.All ? new MediaSuite(media).Run() : new MediaBench(media).Run()) ? 0 : 1;
if (args is ["sip", ..]) return SipBench.Run(SipOptions.Read(args)) ? 0 : 1;
if (args is not ["calls", ..])
{
    Console.Error.WriteLine("usage: Load calls [--rates 50,100,200,400] [--seconds 10] [--tandem PATH] [--port 25990]");
    Console.Error.WriteLine($"       {BenchOptions.Usage}");
    Console.Error.WriteLine($"       {SipOptions.Usage}");
    return 2;
}
var given = new Arguments(args);
int[] rates = [.. given.Text("--rates", "50,100,200,400").Split(',').Select(r => int.Parse(r, CultureInfo.InvariantCulture))];
TimeSpan length = TimeSpan.FromSeconds(Math.Clamp(given.Number("--seconds", 10), 1, 120));

Console.WriteLine("generator against a reflector that only answers 200 (its own limit):");
using (Reflector reflector = new(IPAddress.Loopback))
{
    foreach (int rate in (int[])[rates.Max(), rates.Max() * 2]) Run(reflector.EndPoint, rate, TimeSpan.FromSeconds(5), process: null);
}

Console.WriteLine("appliance:");
using TandemUnderLoad tandem = new(given.TandemBinary, given.Number("--port", 25990));
tandem.WaitUntilReady();
Run(tandem.Sip, 20, TimeSpan.FromSeconds(3), tandem.ProcessId);
double best = 0;
foreach (int rate in rates)
{
    CallResult result = Run(tandem.Sip, rate, length, tandem.ProcessId);
    if (result.Completed == result.Begun) best = Math.Max(best, rate);
    // Ports rest for 5 s after a call.
    Thread.Sleep(6000);
}
Console.WriteLine($"highest rate at which every call was right: {best:F0} calls/s");
if (best == 0) Console.WriteLine(tandem.Log);
return best > 0 ? 0 : 1;

CallResult Run(IPEndPoint server, int rate, TimeSpan time, int? process)
{
    using CallGenerator generator = new(server, "9999");
    double before = process is { } id ? ProcessorTime.Milliseconds(id) : 0, own = ProcessorTime.Milliseconds(Environment.ProcessId);
    CallResult result = generator.Run(rate, time);
    double used = process is { } same ? ProcessorTime.Milliseconds(same) - before : 0, ownUsed = ProcessorTime.Milliseconds(Environment.ProcessId) - own;
    string failures = result.Failures.Count == 0 ? "none" : string.Join(", ", result.Failures.Select(f => $"{f.Value} x {f.Key}"));
    Console.WriteLine($"  {rate,5} calls/s wanted: {result.Completed}/{result.Begun} right, {result.PerSecond:F1}/s; INVITE to 200 p50 {At(result.SetupMs, 0.5):F2} p99 {At(result.SetupMs, 0.99):F2} ms; "
        + (process is null ? "" : $"CPU {used / Math.Max(1, result.Completed):F3} ms/call; ")
        + $"generator CPU {ownUsed / Math.Max(1, result.Begun):F3} ms/call, late p99 {At(result.LateMs, 0.99):F2} ms; resent {result.Resent}; failures: {failures}");
    return result;
}

static double At(double[] values, double share)
{
    if (values.Length == 0) return double.NaN;
    Array.Sort(values);
    return values[Math.Min(values.Length - 1, (int)(values.Length * share))];
}
