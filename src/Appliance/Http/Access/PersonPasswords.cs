using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Tandem.Http.Access;

/// <summary>Hashes people's passwords: PBKDF2 with HMAC-SHA-512, of ASP.NET Core Identity. Checking takes a good part of a second on purpose.</summary>
internal static class PersonPasswords
{
    public const int Shortest = 10, Longest = 256;

    private static readonly PasswordHasher<string> s_hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = 210_000 }));

    /// <summary>One at a time: guessing must not take the processor from calls.</summary>
    private static readonly SemaphoreSlim s_turn = new(1, 1);

    /// <summary>What a name that does not exist is checked against, so that it takes as long.</summary>
    private static readonly Lazy<string> s_nobody = new(() => s_hasher.HashPassword("", Secrets.Make()));

    public static Task<string> HashAsync(string person, string password, CancellationToken cancellation) =>
        InTurnAsync(() => s_hasher.HashPassword(person, password), cancellation);

    /// <param name="person">The name that was given.</param>
    /// <param name="hash">Null: there is no such person; the answer is no and takes its time.</param>
    /// <param name="password">What was given.</param>
    /// <param name="cancellation">Gives up.</param>
    public static Task<bool> IsRightAsync(string person, string? hash, string password, CancellationToken cancellation) => InTurnAsync(
        () => s_hasher.VerifyHashedPassword(person, hash ?? s_nobody.Value, password) != PasswordVerificationResult.Failed && hash is not null, cancellation);

    public static void Check(string password, string field)
    {
        Names.Check(password.Length is >= Shortest and <= Longest, $"The password has {password.Length} characters.",
            $"Use {Shortest} to {Longest}; a sentence is good.", field);
    }

    private static async Task<T> InTurnAsync<T>(Func<T> work, CancellationToken cancellation)
    {
        await s_turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await Task.Run(work, cancellation).ConfigureAwait(false);
        }
        finally
        {
            s_turn.Release();
        }
    }
}
