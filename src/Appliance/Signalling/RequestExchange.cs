using System.Text;
using Sip.Core.Authentication;
using Sip.Core.Dialogs;
using Sip.Core.Messages;
using Tandem.Net;

namespace Tandem.Signalling;

/// <summary>One request outside dialogs on its way: host after host, challenges answered. Shard thread only.</summary>
internal sealed class RequestExchange
{
    private readonly UserAgent _agent;
    private readonly OutgoingRequest _request;
    private readonly Action<RequestResult> _done;
    private readonly AgentTimer _limit;
    private readonly string _tag, _callId;
    private readonly ReadOnlyMemory<byte> _target;
    private IReadOnlyList<Hop> _hops = [];
    private ClientTransaction? _sent;
    private SipFlow? _flow;
    private DigestTries _tries;
    private TimeSpan _sentAt, _latency;
    private uint _cseq;
    private int _hop;
    private bool _over;

    public RequestExchange(UserAgent agent, OutgoingRequest request, Action<RequestResult> done)
    {
        (_agent, _request, _done) = (agent, request, done);
        (_tag, _callId, _cseq) = (agent.Ids.NewTag(), request.CallId ?? agent.Ids.NewCallId(), request.CSeq - 1);
        _target = Encoding.UTF8.GetBytes(request.Target);
        _limit = new AgentTimer(() => OnSilence(408));
    }

    public void Start()
    {
        if (_request.Flow is { } flow)
        {
            Send(flow);
            return;
        }
        _agent.Find(_target.Span, found =>
        {
            _hops = found.Hops;
            TryHops(503);
        });
    }

    private void TryHops(int status)
    {
        while (_hop < _hops.Count)
        {
            Hop hop = _hops[_hop++];
            if (_agent.Port.Open(hop.Transport, hop.Address, hop.Name) is not { } flow) continue;
            Send(flow);
            return;
        }
        Finish(status, null);
    }

    private void Send(SipFlow flow)
    {
        (_flow, _sentAt, _latency) = (flow, _agent.Now, TimeSpan.Zero);
        _cseq++;
        string branch = _agent.Ids.NewBranch();
        _sent = _agent.Layer.Send(_request.Method, branch, flow, Text(flow, branch), OnResponse);
        if (_request.Limit > TimeSpan.Zero) _agent.Arm(_limit, _agent.Now + _request.Limit);
    }

    private byte[] Text(SipFlow flow, string branch)
    {
        RequestRouting routing = RequestRouting.Of(_target, []);
        byte[] credentials = _request.Digest?.Lines(_request.Method, _target.Span, Encoding.ASCII.GetBytes(_agent.Ids.NewTag())) ?? [];
        SipWriter writer = RequestText.Begin(_agent, _request.Method, routing, flow, branch);
        (string host, int port) = _agent.Port.Advertised(flow);
        writer.Header(SipHeaderId.From, $"<{_request.From ?? $"sip:{host}"}>;tag={_tag}");
        writer.Header(SipHeaderId.To, $"<{_request.To ?? _request.Target}>");
        RequestText.Identify(ref writer, Encoding.UTF8.GetBytes(_callId), _cseq, _request.Method);
        if (_request.ContactUser is { } user) SipFields.WriteContact(ref writer, SipFields.EscapeUser(user), host, port, flow.Transport, secure: false);
        writer.Lines(credentials);
        foreach (KeyValuePair<string, string> header in _request.Headers) writer.Header(Encoding.UTF8.GetBytes(header.Key), header.Value);
        writer.Header(SipHeaderId.UserAgent, _agent.Options.Product);
        writer.End();
        return writer.Written.ToArray();
    }

    private void OnResponse(ClientTransaction transaction, SipMessage? response)
    {
        if (_over || transaction != _sent) return;
        if (response is null)
        {
            OnSilence(transaction.Failure);
            return;
        }
        if (_latency == TimeSpan.Zero) _latency = _agent.Now - _sentAt;
        if (response.StatusCode < 200) return;
        _agent.Arm(_limit, TimeSpan.MaxValue);
        DigestReply? reply = null;
        if (response.StatusCode is 401 or 407 && _request.Digest is { } digest && transaction.Flow.Remote.Address.Equals(transaction.AnsweredBy?.Remote.Address))
        {
            reply = digest.Take(response, ref _tries);
            if (reply == DigestReply.Answer)
            {
                Send(transaction.Flow);
                return;
            }
        }
        if (response.StatusCode == 503 && _hop < _hops.Count) TryHops(503);
        else Finish(response.StatusCode, response, reply);
    }

    private void OnSilence(int status)
    {
        if (_over) return;
        _agent.Arm(_limit, TimeSpan.MaxValue);
        if (_sent is { IsTerminated: false } waiting) _agent.Layer.Abandon(waiting);
        _sent = null;
        TryHops(status);
    }

    private void Finish(int status, SipMessage? response, DigestReply? notAnswered = null)
    {
        _over = true;
        _done(new RequestResult(status, response, _flow, _latency, _cseq, notAnswered));
    }
}
