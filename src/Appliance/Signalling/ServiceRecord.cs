namespace Tandem.Signalling;

/// <summary>An SRV record (RFC 2782).</summary>
/// <param name="Priority">The lowest first.</param>
/// <param name="Weight">Its share among those of one priority.</param>
/// <param name="Port">Of the service.</param>
/// <param name="Target">The host; "." or empty: the service is not offered.</param>
public sealed record ServiceRecord(int Priority, int Weight, int Port, string Target)
{
    public bool IsRefusal => Target is "." or "";

    /// <summary>The order to try them in: by priority, within one at random by weight (RFC 2782, "Usage rules").</summary>
    /// <param name="records">In any order.</param>
    /// <param name="below">A random number from 0 up to and without its argument.</param>
    public static IReadOnlyList<ServiceRecord> Order(IEnumerable<ServiceRecord> records, Func<int, int> below)
    {
        List<ServiceRecord> order = [];
        foreach (IGrouping<int, ServiceRecord> priority in records.GroupBy(record => record.Priority).OrderBy(group => group.Key))
        {
            // Those of weight 0 stand first, so that they have a small chance beside others.
            List<ServiceRecord> left = [.. priority.OrderBy(record => record.Weight == 0 ? 0 : 1)];
            while (left.Count > 0)
            {
                int at = below(left.Sum(record => record.Weight) + 1), chosen = 0;
                for (int sum = left[0].Weight; sum < at; sum += left[chosen].Weight) chosen++;
                order.Add(left[chosen]);
                left.RemoveAt(chosen);
            }
        }
        return order;
    }
}
