using Tandem.Net.Interop;
using Tandem.Net.Interop.Uring;

namespace Tandem.Net.Datagrams;

/// <summary>The sockets of one io_uring by their numbers, registered with it as far as its table goes, which spares the kernel a look-up a request.</summary>
internal sealed unsafe class UringSockets
{
    private readonly UringRing _ring;
    private readonly int _tableLength;
    private readonly List<int> _leaving = [];
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

    /// <summary>Sockets that were removed and are not closed yet.</summary>
    public bool AnyLeaving => _leaving.Count > 0;

    /// <summary>Was removed and is not closed yet: its number cannot be used.</summary>
    public bool IsLeaving(int socket) => (uint)socket < (uint)_slots.Length && _slots[socket] is { Descriptor: not null, IsOpen: false };

    public void Add(int socket, FileDescriptor descriptor)
    {
        if (socket >= _slots.Length) Array.Resize(ref _slots, Math.Max(socket + 1, _slots.Length * 2));
        ref Slot slot = ref _slots[socket];
        slot.Generation = unchecked(slot.Generation + 1) & UringToken.GenerationMask;
        slot.Descriptor = descriptor;
        slot.Number = descriptor.Number;
        (slot.IsOpen, slot.IsRegistered, slot.IsArmed) = (true, false, false);
    }

    /// <summary>Registers a socket, and in the same call the one after it, which is mostly its pair; does nothing for one that is registered.</summary>
    public void Register(int socket)
    {
        if (_slots[socket].IsRegistered || socket >= _tableLength) return;
        int* numbers = stackalloc int[2] { _slots[socket].Number, 0 };
        uint count = 1;
        if (socket + 1 < _tableLength && IsOpen(socket + 1) && !_slots[socket + 1].IsRegistered) numbers[count++] = _slots[socket + 1].Number;
        if (!Update(socket, numbers, count)) return;
        for (uint i = 0; i < count; i++) _slots[socket + i].IsRegistered = true;
    }

    /// <summary>Answers to its requests are stale from now on; it stays open until <see cref="CloseLeaving"/>, for requests that the kernel has yet to take.</summary>
    public void Remove(int socket)
    {
        ref Slot slot = ref _slots[socket];
        (slot.IsOpen, slot.IsArmed) = (false, false);
        slot.Generation = unchecked(slot.Generation + 1) & UringToken.GenerationMask;
        _leaving.Add(socket);
    }

    /// <summary>Closes the sockets that were removed.</summary>
    public void CloseLeaving()
    {
        const int Run = 16;
        int* none = stackalloc int[Run];
        new Span<int>(none, Run).Fill(-1);
        for (int first = 0; first < _leaving.Count;)
        {
            int socket = _leaving[first], count = 1;
            bool registered = _slots[socket].IsRegistered;
            while (count < Run && first + count < _leaving.Count && _leaving[first + count] == socket + count && _slots[socket + count].IsRegistered == registered) count++;
            if (registered) Update(socket, none, (uint)count);
            for (int i = socket; i < socket + count; i++)
            {
                _slots[i].Descriptor?.Dispose();
                _slots[i].Descriptor = null;
            }
            first += count;
        }
        _leaving.Clear();
    }

    public bool IsOpen(int socket) => (uint)socket < (uint)_slots.Length && _slots[socket].IsOpen;

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

    private bool Update(int socket, int* descriptors, uint count)
    {
        var update = new FilesUpdate { Offset = (uint)socket, Descriptors = descriptors };
        return _ring.Register(UringRegistrations.FilesUpdate, &update, count) >= 0;
    }

    private struct Slot
    {
        public FileDescriptor? Descriptor;
        public int Number;
        public uint Generation;
        public bool IsOpen, IsRegistered, IsArmed;
    }
}
