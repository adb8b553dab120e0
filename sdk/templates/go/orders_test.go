package plugin

import types "contoso.example/my-plugin/build/bindings/insight_provider_insight_types"

// What the tests share.
var (
	context = types.CallContext{ReceivedAt: "2026-06-01T08:00:00Z", TimeLeftMs: 4000, Languages: []string{"en"}}
	account = types.CrmRecord{RecordType: "account", RecordId: "42"}
	unknown = types.CrmRecord{RecordType: "account", RecordId: "43"}
)

const sentence = "Order 1003 of 2026-05-12 is on its way."
