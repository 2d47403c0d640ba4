using System.Globalization;
using System.Reflection;
using BenchmarkDotNet.Running;
using Micro;
using Micro.Dtls;
using Micro.Quality;

// "media-load [pairs [rounds [seconds]]]" measures the media plane with real sockets; everything else but what follows is BenchmarkDotNet's.
if (args is ["media-load", .. var rest]) return MediaLoad.Run(Number(rest, 0, 125), Number(rest, 1, 3), Number(rest, 2, 4));
// "webrtc-load [pairs [rounds [seconds]]]" measures a port a call beside the shared port.
if (args is ["webrtc-load", .. var ways]) return WebRtcLoad.Run(Number(ways, 0, 125), Number(ways, 1, 3), Number(ways, 2, 3));
// "opus-table" prints what each setting of Opus costs, and how it sounds.
if (args is ["opus-table"]) return OpusTable.Run();
// "playout-table" prints what the jitter buffer and Opus' redundancy are worth on bad networks of simulated time.
if (args is ["playout-table"]) return PlayoutTable.Run();
// "dtls [handshakes [rounds]]" compares what a DTLS handshake costs here, in OpenSSL and in rtpengine.
if (args is ["dtls", .. var counts]) return DtlsCost.Run(Number(counts, 0, 300), Number(counts, 1, 5));
BenchmarkSwitcher.FromAssembly(Assembly.GetExecutingAssembly()).Run(args);
return 0;

static int Number(string[] args, int index, int otherwise) => index < args.Length ? int.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;
