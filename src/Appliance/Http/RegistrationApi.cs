using Tandem.Calls;
using Tandem.Http.Access;

namespace Tandem.Http;

/// <summary>Registrations: which phones can be rung now.</summary>
public static class RegistrationApi
{
    /// <param name="Contact">Where the phone says it is.</param>
    /// <param name="Source">Transport and address that it came from; null: it is called at its contact.</param>
    /// <param name="SecondsLeft">Until it ends, if it is not renewed.</param>
    public sealed record RegistrationView(string User, string Contact, string? Source, string? UserAgent, long SecondsLeft);

    public sealed record RegisteredUser(string User);

    /// <param name="Removed">How many registrations there were.</param>
    public sealed record RemovedRegistrations(string User, int Removed);

    public static readonly ApiOperation<Nothing, IReadOnlyList<RegistrationView>> List = new("GET", "/registrations", async (context, _, _) =>
        [.. (await Plane(context).RegistrationsAsync().ConfigureAwait(false)).Select(one => new RegistrationView(one.User, one.Contact.ContactUri,
            one.Contact.Flow is { } flow ? $"{flow.Transport.ToString().ToLowerInvariant()} {flow.Remote}" : null, one.Contact.UserAgent, one.Contact.SecondsLeft))]);

    /// <summary>Forgets a user's registrations; its phones come back when they register again.</summary>
    public static readonly ApiOperation<RegisteredUser, RemovedRegistrations> Remove = new("DELETE", "/registrations/{user}", async (context, input, _) =>
    {
        int removed = await Plane(context).UnregisterAsync(input.User).ConfigureAwait(false);
        return removed > 0 ? new RemovedRegistrations(input.User, removed)
            : throw new ApiException(404, $"No phone of {input.User} is registered.", "To see which are: tandem registration list");
    })
    { Role = ApiRole.Operator };

    private static CallPlane Plane(ApiContext context) => context.Calls ?? throw ApplianceApi.NotRunning(context);
}
