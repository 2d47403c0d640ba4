using Srtp;
using Xunit;

namespace SrtpTests;

/// <summary>Every test of bytes runs on each implementation that this processor has.</summary>
public sealed class Backends : TheoryData<CipherBackend>
{
    public Backends()
    {
        Add(CipherBackend.LibCrypto);
        if (CipherBackends.HasIntrinsics) Add(CipherBackend.Intrinsics);
    }
}

/// <summary>Profiles on each implementation.</summary>
public sealed class ProfilesOnBackends : TheoryData<SrtpProfile, CipherBackend>
{
    public ProfilesOnBackends()
    {
        foreach (SrtpProfile profile in Enum.GetValues<SrtpProfile>())
        {
            if (profile == SrtpProfile.None) continue;
            Add(profile, CipherBackend.LibCrypto);
            if (CipherBackends.HasIntrinsics) Add(profile, CipherBackend.Intrinsics);
        }
    }
}
