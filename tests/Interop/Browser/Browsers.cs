using Interop.Audio;
using Xunit;

namespace Interop.Browser;

/// <summary>Two browsers, started once for all classes that use them: their microphones say different things.</summary>
public sealed class Browsers : IAsyncLifetime
{
    public const string Name = "browsers";

    /// <summary>English.</summary>
    public Chromium One { get; private set; } = null!;

    /// <summary>Scottish.</summary>
    public Chromium Two { get; private set; } = null!;

    public TestPages Pages { get; } = new();

    public async ValueTask InitializeAsync()
    {
        One = await Chromium.StartAsync(await Speech.TestSignalAsync("en-us"));
        Two = await Chromium.StartAsync(await Speech.TestSignalAsync("en-gb-scotland"));
    }

    public async ValueTask DisposeAsync()
    {
        if (One is not null) await One.DisposeAsync();
        if (Two is not null) await Two.DisposeAsync();
        await Pages.DisposeAsync();
    }
}

[CollectionDefinition(Browsers.Name)]
public sealed class BrowsersGroup : ICollectionFixture<Browsers>;
