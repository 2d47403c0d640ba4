using Tandem.Net.Interop;
using Tandem.Net.Interop.Uring;

namespace Tandem.Net.Datagrams;

/// <summary>The sockets of one io_uring by their numbers, registered with it as far as its table goes, which spares the kernel a look-up a request.</summary>
internal sealed unsafe class UringSockets
{
    private readonly UringRing _ring;
    private readonly int _tableLength;
    private Slot[] _slots = new Slot[64];

    public UringSockets(UringRing ring)
    {
        _ring = ring;
        foreach (uint length in (ReadOnlySpan<uint>)[32768, 8192, 1024])    // the limit of open files bounds it
        {
            var registration = new ResourceRegistration { Count = length, Flags = UringFlags.RegisterSparse };
            if (ring.Register(UringRegistrations.Files2, &registration, (uint)sizeof(ResourceRegistration)) < 0) continue;
            _tableLength = (int)length;
            break;
        }
    }

    /// <summary>Numbers below this have ever been in use.</summary>
    public int Count => _slots.Length;

    public void Add(int socket, FileDescriptor descriptor)
    {
        if (socket >= _slots.Length) Array.Resize(ref _slots, Math.Max(socket + 1, _slots.Length * 2));
        ref Slot slot = ref _slots[socket];
        slot.Generation = unchecked(slot.Generation + 1) & UringToken.GenerationMask;
        slot.Descriptor = descriptor;
        slot.Number = descriptor.Number;
        slot.IsRegistered = socket < _tableLength && Register(socket, slot.Number);
        slot.IsArmed = false;
    }

    /// <summary>Closes it. Answers to its requests are stale from now on.</summary>
    public void Remove(int socket)
    {
        ref Slot slot = ref _slots[socket];
        if (slot.IsRegistered) Register(socket, -1);
        slot.Descriptor?.Dispose();
        slot.Descriptor = null;
        slot.IsArmed = false;
        slot.Generation = unchecked(slot.Generation + 1) & UringToken.GenerationMask;
    }

    public bool IsOpen(int socket) => (uint)socket < (uint)_slots.Length && _slots[socket].Descriptor is not null;

    public bool IsCurrent(UringToken token) => IsOpen(token.Socket) && _slots[token.Socket].Generation == token.Generation;

    /// <summary>A receive request of it is with the kernel.</summary>
    public bool IsArmed(int socket) => _slots[socket].IsArmed;

    public void SetArmed(int socket, bool armed) => _slots[socket].IsArmed = armed;

    public UringToken Token(UringRequest request, int socket) => new(request, socket, _slots[socket].Generation);

    /// <summary>Makes a request one of this socket.</summary>
    public void Address(SubmissionEntry* entry, int socket)
    {
        ref Slot slot = ref _slots[socket];
        entry->Descriptor = slot.IsRegistered ? socket : slot.Number;
        if (slot.IsRegistered) entry->Flags |= UringFlags.FixedFile;
    }

    private bool Register(int socket, int descriptor)
    {
        var update = new FilesUpdate { Offset = (uint)socket, Descriptors = &descriptor };
        return _ring.Register(UringRegistrations.FilesUpdate, &update, 1) >= 0;
    }

    private struct Slot
    {
        public FileDescriptor? Descriptor;
        public int Number;
        public uint Generation;
        public bool IsRegistered, IsArmed;
    }
}
