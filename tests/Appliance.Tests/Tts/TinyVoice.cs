using System.Text;

namespace Appliance.Tests.Tts;

/// <summary>
/// A model of the Piper contract with several speakers, written as ONNX protobuf by hand: a tone whose pitch is the speaker's and whose
/// length is 441 samples for each phoneme id, times length_scale. Not speech, but every input and the output are real.
/// </summary>
internal static class TinyVoice
{
    public const int SampleRateHz = 22050, SamplesPerId = 441;

    /// <summary>The tone of a speaker, in radians a sample.</summary>
    public static double Pitch(int speaker) => 0.05 * (speaker + 1);

    private const int Float = 1, Int64 = 7;

    /// <summary>Writes <c>NAME.onnx</c> and <c>NAME.onnx.json</c>.</summary>
    public static void Install(string folder, string name, string config)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, name + ".onnx"), Model());
        File.WriteAllText(Path.Combine(folder, name + ".onnx.json"), config);
    }

    public static byte[] Model()
    {
        Message graph = new Message()
            .Add(1, Node("Cast", ["input_lengths"], "length", to: Float))
            .Add(1, Node("Reshape", ["length", "scalar"], "count"))
            .Add(1, Node("Gather", ["scales", "one_index"], "length_scale"))
            .Add(1, Node("Mul", ["count", "length_scale"], "scaled"))
            .Add(1, Node("Mul", ["scaled", "per_id"], "samples"))
            .Add(1, Node("Range", ["zero", "samples", "one"], "time"))
            .Add(1, Node("Cast", ["sid"], "speaker", to: Float))
            .Add(1, Node("Add", ["speaker", "one"], "number"))
            .Add(1, Node("Mul", ["number", "step"], "pitch"))
            .Add(1, Node("Mul", ["time", "pitch"], "angle"))
            .Add(1, Node("Sin", ["angle"], "tone"))
            .Add(1, Node("Reshape", ["tone", "rank4"], "output"))
            .Add(2, "tiny")
            .Add(5, Tensor("scalar", Int64, [0], []))
            .Add(5, Tensor("one_index", Int64, [], BitConverter.GetBytes(1L)))
            .Add(5, Tensor("per_id", Float, [], BitConverter.GetBytes((float)SamplesPerId)))
            .Add(5, Tensor("zero", Float, [], BitConverter.GetBytes(0f)))
            .Add(5, Tensor("one", Float, [], BitConverter.GetBytes(1f)))
            .Add(5, Tensor("step", Float, [], BitConverter.GetBytes(0.05f)))
            .Add(5, Tensor("rank4", Int64, [4], [.. new long[] { 1, 1, 1, -1 }.SelectMany(BitConverter.GetBytes)]))
            .Add(11, Value("input", Int64, "1", "phonemes"))
            .Add(11, Value("input_lengths", Int64, "1"))
            .Add(11, Value("scales", Float, "3"))
            .Add(11, Value("sid", Int64, "1"))
            .Add(12, Value("output", Float, "1", "1", "1", "samples"));
        return new Message().Add(1, 8).Add(2, "tandem tests").Add(7, graph).Add(8, new Message().Add(1, "").Add(2, 15)).ToArray();
    }

    private static Message Node(string operation, string[] inputs, string output, int to = 0)
    {
        var node = new Message();
        foreach (string input in inputs) node.Add(1, input);
        node.Add(2, output).Add(3, output).Add(4, operation);
        return to == 0 ? node : node.Add(5, new Message().Add(1, "to").Add(3, to).Add(20, 2));
    }

    private static Message Tensor(string name, int type, long[] dimensions, byte[] raw)
    {
        var tensor = new Message();
        foreach (long dimension in dimensions) tensor.Add(1, dimension);
        return tensor.Add(2, type).Add(8, name).Add(9, raw);
    }

    private static Message Value(string name, int type, params string[] dimensions)
    {
        var shape = new Message();
        foreach (string dimension in dimensions)
            shape.Add(1, long.TryParse(dimension, out long size) ? new Message().Add(1, size) : new Message().Add(2, dimension));
        return new Message().Add(1, name).Add(2, new Message().Add(1, new Message().Add(1, type).Add(2, shape)));
    }

    /// <summary>One protobuf message being written.</summary>
    private sealed class Message
    {
        private readonly List<byte> _bytes = [];

        public Message Add(int field, long value)
        {
            Varint((ulong)(field << 3));
            Varint(unchecked((ulong)value));
            return this;
        }

        public Message Add(int field, byte[] value)
        {
            Varint((ulong)((field << 3) | 2));
            Varint((ulong)value.Length);
            _bytes.AddRange(value);
            return this;
        }

        public Message Add(int field, string value) => Add(field, Encoding.UTF8.GetBytes(value));

        public Message Add(int field, Message value) => Add(field, value.ToArray());

        public byte[] ToArray() => [.. _bytes];

        private void Varint(ulong value)
        {
            for (; value >= 0x80; value >>= 7) _bytes.Add(unchecked((byte)(value | 0x80)));
            _bytes.Add((byte)value);
        }
    }
}
