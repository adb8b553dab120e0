package plugin

import (
	"strconv"

	types "contoso.example/my-plugin/build/bindings/insight_provider_insight_types"
	details "contoso.example/my-plugin/build/bindings/insight_provider_record_details"
	wit "contoso.example/my-plugin/build/bindings/wit/types"
)

type relatedRecords = wit.Result[details.RelatedRecordPage, types.Failure]

// RecordDetailsAnswer returns records that relate to a CRM record: its orders.
func RecordDetailsAnswer(_ types.CallContext, request details.RelatedRecordRequest) relatedRecords {
	all, known := ordersOf(request.About)
	if !known {
		return wit.Err[details.RelatedRecordPage](types.MakeFailureRecordNotFound())
	}
	shown, more := page(all, request.Skip, request.Top)
	answer := details.RelatedRecordPage{HasMore: more, Language: wit.Some("en")}
	for _, order := range shown {
		answer.Items = append(answer.Items, details.RelatedRecord{
			RecordId:       strconv.Itoa(order.Number),
			RecordType:     "order",
			TypeName:       "Order",
			TypeNamePlural: "Orders",
			Title:          order.Title(),
			Url:            wit.Some(order.URL()),
			Properties:     order.Properties(),
		})
	}
	return wit.Ok[details.RelatedRecordPage, types.Failure](answer)
}
