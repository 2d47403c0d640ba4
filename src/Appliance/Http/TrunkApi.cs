using Tandem.Trunks;

namespace Tandem.Http;

/// <summary>How carriers and gateways are.</summary>
public static class TrunkApi
{
    /// <summary>States of gateways and registrations; empty where no appliance runs, as nobody asks them then.</summary>
    public static readonly ApiOperation<Nothing, TrunkStatus> Status = new("GET", "/trunks", async (context, _, _) =>
        context.Calls is { } calls ? await calls.TrunksAsync().ConfigureAwait(false) : TrunkStatus.Empty);
}
