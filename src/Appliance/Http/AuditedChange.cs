using Tandem.Storage;

namespace Tandem.Http;

/// <summary>A line of the audit log on its way: written once, with the change itself.</summary>
internal sealed class AuditedChange(AuditRecord entry)
{
    /// <summary>The row; 0: not written yet.</summary>
    public long Id { get; private set; }

    public void Write(DbSession session)
    {
        if (Id == 0) Id = AuditStore.Add(session, entry);
    }

    /// <summary>The state that it led to.</summary>
    public void Finish(DbSession session, string? after)
    {
        Write(session);
        if (after is not null) AuditStore.SetAfter(session, Id, after);
    }
}
