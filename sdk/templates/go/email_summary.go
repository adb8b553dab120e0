package plugin

import (
	summary "contoso.example/my-plugin/build/bindings/insight_provider_email_summary"
	types "contoso.example/my-plugin/build/bindings/insight_provider_insight_types"
	wit "contoso.example/my-plugin/build/bindings/wit/types"
)

type emailInsights = wit.Result[summary.EmailInsightPage, types.Failure]

// EmailSummaryAnswer returns insights for the summary of an email thread: the latest order of each account that it is
// about. A record that is unknown does not keep the others from being told of.
func EmailSummaryAnswer(_ types.CallContext, request summary.EmailInsightRequest) emailInsights {
	var latest []Order
	for _, record := range request.About {
		if all, known := ordersOf(record.CrmRecord); known && len(all) > 0 {
			latest = append(latest, all[0])
		}
	}
	shown, more := page(latest, request.Skip, request.Top)
	answer := summary.EmailInsightPage{HasMore: more, Language: wit.Some("en")}
	for _, order := range shown {
		answer.Items = append(answer.Items, summary.EmailInsight{Text: order.Sentence()})
	}
	return wit.Ok[summary.EmailInsightPage, types.Failure](answer)
}
