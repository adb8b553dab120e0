package plugin

import (
	types "contoso.example/my-plugin/build/bindings/insight_provider_insight_types"
	summary "contoso.example/my-plugin/build/bindings/insight_provider_record_summary"
	wit "contoso.example/my-plugin/build/bindings/wit/types"
)

type activities = wit.Result[summary.ActivityPage, types.Failure]

// RecordSummaryAnswer returns activities for the summary of a CRM record: its orders.
func RecordSummaryAnswer(_ types.CallContext, request summary.ActivityRequest) activities {
	all, known := ordersOf(request.About)
	if !known {
		return wit.Err[summary.ActivityPage](types.MakeFailureRecordNotFound())
	}
	var wanted []Order
	for _, order := range all {
		if request.Since.SomeOr("") <= order.PlacedAt && order.PlacedAt <= request.Until.SomeOr("9") {
			wanted = append(wanted, order)
		}
	}
	shown, more := page(wanted, request.Skip, request.Top)
	answer := summary.ActivityPage{HasMore: more, Language: wit.Some("en")}
	for _, order := range shown {
		answer.Items = append(answer.Items, summary.Activity{
			Title:       order.Title(),
			Description: order.Sentence(),
			DateTime:    order.PlacedAt,
			Url:         wit.Some(order.URL()),
			Properties:  order.Properties(),
		})
	}
	return wit.Ok[summary.ActivityPage, types.Failure](answer)
}
