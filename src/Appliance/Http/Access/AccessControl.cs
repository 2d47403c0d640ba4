using System.Net;
using Tandem.Storage;

namespace Tandem.Http.Access;

/// <summary>Knows people by what they bring: a password, the cookie of a session, a token.</summary>
/// <remarks>Any thread.</remarks>
public sealed class AccessControl(Database database, TimeProvider clock)
{
    /// <summary>A session ends when nothing was asked for this long, and at the latest after the second.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(60), Longest = TimeSpan.FromHours(12);

    /// <summary>The cookie is exchanged this often; the old one is good for a little while, for requests that crossed.</summary>
    private static readonly TimeSpan s_rotation = TimeSpan.FromMinutes(15), s_grace = TimeSpan.FromSeconds(30);

    /// <summary>The time of last use is written down this often.</summary>
    private static readonly TimeSpan s_seenStep = TimeSpan.FromMinutes(1);

    private readonly LoginGate _gate = new();
    private bool _anybody;

    /// <summary>Whether there is a person at all.</summary>
    public async Task<bool> HasPeopleAsync(CancellationToken cancellation)
    {
        if (!_anybody) _anybody = await database.ReadAsync(PersonStore.Any, cancellation).ConfigureAwait(false);
        return _anybody;
    }

    /// <summary>A new session for the right password.</summary>
    /// <exception cref="ApiException">401: name or password is wrong, and no word on which; 429: too many tries.</exception>
    public async Task<ApiCaller> LogInAsync(string name, string password, IPAddress remote, CancellationToken cancellation)
    {
        Person person = await CheckPasswordAsync(name, password, remote, cancellation).ConfigureAwait(false);
        return await BeginAsync(person, remote.ToString(), cancellation).ConfigureAwait(false);
    }

    /// <summary>The person whose password this is.</summary>
    /// <inheritdoc cref="LogInAsync" path="/exception"/>
    internal async Task<Person> CheckPasswordAsync(string name, string password, IPAddress remote, CancellationToken cancellation)
    {
        TimeSpan now = clock.GetElapsedTime(0), wait = _gate.Wait(remote, name, now);
        if (wait > TimeSpan.Zero)
            throw new ApiException(429, "Too many wrong passwords.", $"Try again in {Math.Ceiling(wait.TotalSeconds):0} s.") { RetryAfter = wait };
        string? hash = await database.ReadAsync(session => PersonStore.PasswordHash(session, name), cancellation).ConfigureAwait(false);
        bool right = await PersonPasswords.IsRightAsync(name, hash, password, cancellation).ConfigureAwait(false);
        if (right && await database.ReadAsync(session => PersonStore.Find(session, name), cancellation).ConfigureAwait(false) is { Enabled: true } person) return person;
        _gate.Failed(remote, name, now);
        throw new ApiException(401, "Name or password is wrong.", "An admin can give a new password: tandem person password NAME");
    }

    /// <summary>Whose session this cookie is.</summary>
    /// <returns>Null: nobody's, or it is over.</returns>
    public async Task<ApiCaller?> BySessionAsync(string cookie, string source, CancellationToken cancellation)
    {
        string hash = Secrets.Hash(cookie);
        DateTimeOffset now = clock.GetUtcNow();
        if (await FindSessionAsync(hash, cancellation).ConfigureAwait(false) is not var (found, person)) return null;
        ApiCaller caller = Caller(person, found, source);
        if (found.IdHash != hash) return caller;
        if (now - found.RotatedAt >= s_rotation)
        {
            string fresh = Secrets.Make(), freshHash = Secrets.Hash(fresh);
            bool isOurs = await database.WriteAsync(session => WebSessionStore.Rotate(session, hash, freshHash, now), cancellation).ConfigureAwait(false);
            return isOurs ? caller with { SessionHash = freshHash, NewCookie = fresh } : caller;
        }
        if (now - found.SeenAt >= s_seenStep)
        {
            await database.WriteAsync(session =>
            {
                WebSessionStore.Seen(session, hash, now);
                return 0;
            }, cancellation).ConfigureAwait(false);
        }
        return caller;
    }

    /// <summary>Whose token this is.</summary>
    /// <returns>Null: nobody's, or it has expired.</returns>
    public async Task<ApiCaller?> ByTokenAsync(string token, string source, CancellationToken cancellation)
    {
        DateTimeOffset now = clock.GetUtcNow();
        if (await FindTokenAsync(Secrets.Hash(token), cancellation).ConfigureAwait(false) is not var (found, person)) return null;
        if (found.LastUsedAt is not { } used || now - used >= s_seenStep)
        {
            await database.WriteAsync(session =>
            {
                AccessTokenStore.Used(session, found.Id, now);
                return 0;
            }, cancellation).ConfigureAwait(false);
        }
        return new ApiCaller(person.Name, RoleOf(person), source) { Scopes = found.Scopes, ExpiresAt = found.ExpiresAt };
    }

    /// <summary>Whether the session goes on. It is not kept alive by being asked.</summary>
    internal async Task<bool> IsGoodSessionAsync(string cookie, CancellationToken cancellation) =>
        await FindSessionAsync(Secrets.Hash(cookie), cancellation).ConfigureAwait(false) is not null;

    /// <summary>Whether the token is still worth something.</summary>
    internal async Task<bool> IsGoodTokenAsync(string token, CancellationToken cancellation) =>
        await FindTokenAsync(Secrets.Hash(token), cancellation).ConfigureAwait(false) is not null;

    private async Task<(WebSession Session, Person Person)?> FindSessionAsync(string hash, CancellationToken cancellation)
    {
        DateTimeOffset now = clock.GetUtcNow();
        return await database.ReadAsync<(WebSession, Person)?>(session => WebSessionStore.Find(session, hash, now - s_grace) is { } known
            && known.ExpiresAt > now && now - known.SeenAt <= Idle && PersonStore.Find(session, known.Person) is { Enabled: true } person ? (known, person) : null,
            cancellation).ConfigureAwait(false);
    }

    private async Task<(AccessToken Token, Person Person)?> FindTokenAsync(string hash, CancellationToken cancellation)
    {
        DateTimeOffset now = clock.GetUtcNow();
        return await database.ReadAsync<(AccessToken, Person)?>(session => AccessTokenStore.Find(session, hash) is { } known && known.ExpiresAt > now
            && PersonStore.Find(session, known.Person) is { Enabled: true } person ? (known, person) : null, cancellation).ConfigureAwait(false);
    }

    /// <summary>A session of a person who has proved to be that one.</summary>
    internal async Task<ApiCaller> BeginAsync(Person person, string source, CancellationToken cancellation)
    {
        DateTimeOffset now = clock.GetUtcNow();
        string cookie = Secrets.Make();
        var begun = new WebSession(Secrets.Hash(cookie), person.Name, Secrets.Make(), now, now, now + Longest);
        await database.WriteAsync(session =>
        {
            WebSessionStore.Add(session, begun, source, now);
            PersonStore.LoggedIn(session, person.Name, now);
            return 0;
        }, cancellation).ConfigureAwait(false);
        return Caller(person, begun, source) with { NewCookie = cookie };
    }

    private static ApiCaller Caller(Person person, WebSession session, string source) => new(person.Name, RoleOf(person), source)
    {
        SessionHash = session.IdHash,
        Csrf = session.Csrf,
        ExpiresAt = session.ExpiresAt,
        MustChangePassword = person.MustChangePassword,
    };

    /// <summary>A role of a newer version may do the least.</summary>
    private static ApiRole RoleOf(Person person) => Enum.TryParse(person.Role, ignoreCase: true, out ApiRole role) ? role : ApiRole.Viewer;
}
