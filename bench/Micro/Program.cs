using System.Globalization;
using System.Reflection;
using BenchmarkDotNet.Running;
using Micro;

// "media-load [pairs [rounds [seconds]]]" measures the media plane with real sockets; everything else is BenchmarkDotNet's.
if (args is ["media-load", .. var rest]) return MediaLoad.Run(Number(rest, 0, 125), Number(rest, 1, 3), Number(rest, 2, 4));
BenchmarkSwitcher.FromAssembly(Assembly.GetExecutingAssembly()).Run(args);
return 0;

static int Number(string[] args, int index, int otherwise) => index < args.Length ? int.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;
