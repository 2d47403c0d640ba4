using System.Globalization;
using System.Reflection;
using BenchmarkDotNet.Running;
using Micro;

// "media-load [pairs]" measures the media plane with real sockets; everything else is BenchmarkDotNet's.
if (args is ["media-load", .. var rest]) return MediaLoad.Run(rest is [var pairs] ? int.Parse(pairs, CultureInfo.InvariantCulture) : 125);
BenchmarkSwitcher.FromAssembly(Assembly.GetExecutingAssembly()).Run(args);
return 0;
