namespace Tandem.Http;

/// <summary>Everything that can be asked of the appliance.</summary>
public static class ApiOperations
{
    public static IReadOnlyList<ApiOperation> All { get; } =
    [
        SessionApi.Begin, SessionApi.Show, SessionApi.End, SessionApi.Password,
        PeopleApi.List, PeopleApi.Show, PeopleApi.Add, PeopleApi.Change, PeopleApi.Password, PeopleApi.Remove,
        TokenApi.List, TokenApi.Show, TokenApi.Add, TokenApi.Remove,
        AuditApi.List,
        ApplianceApi.Status, ApplianceApi.Reload, ApplianceApi.Say,
        UserApi.List, UserApi.Show, UserApi.Add, UserApi.Change, UserApi.Password, UserApi.Remove,
        AgentApi.List, AgentApi.Show, AgentApi.Add, AgentApi.Status, AgentApi.Remove,
        MenuApi.List, MenuApi.Show, MenuApi.Add, MenuApi.Change, MenuApi.SetOption, MenuApi.RemoveOption, MenuApi.Remove,
        ExtensionApi.List, ExtensionApi.Show, ExtensionApi.Set, ExtensionApi.Remove,
        CarrierApi.List, CarrierApi.Show, CarrierApi.Add, CarrierApi.Change, CarrierApi.Remove,
        CarrierApi.Gateways, CarrierApi.ShowGateway, CarrierApi.SetGateway, CarrierApi.RemoveGateway,
        DidApi.List, DidApi.Show, DidApi.Set, DidApi.Remove, RouteApi.List, RouteApi.Show, RouteApi.Set, RouteApi.Remove, RouteTestApi.Test,
        GroupApi.List, GroupApi.Show, GroupApi.Set, GroupApi.Remove, ForwardingApi.List, ForwardingApi.Set,
        NumberApi.List, NumberApi.Set, NumberApi.Remove, CsvApi.Import, CsvApi.Export,
        CallApi.List, CallApi.Show, CallApi.Record,
        TrunkApi.Status,
        LiveCallApi.List, LiveCallApi.Show, LiveCallApi.HangUp, LiveCallApi.Transfer,
        RegistrationApi.List, RegistrationApi.Remove,
        BanApi.List, BanApi.Add, BanApi.Remove, BanApi.Defence,
        FraudApi.List, FraudApi.Forgive,
    ];
}
