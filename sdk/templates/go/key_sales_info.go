package plugin

import (
	types "contoso.example/my-plugin/build/bindings/insight_provider_insight_types"
	sales "contoso.example/my-plugin/build/bindings/insight_provider_key_sales_info"
	wit "contoso.example/my-plugin/build/bindings/wit/types"
)

type highlights = wit.Result[sales.HighlightPage, types.Failure]

// KeySalesInfoAnswer returns key sales info of a CRM record: where its orders stand.
func KeySalesInfoAnswer(_ types.CallContext, request sales.HighlightRequest) highlights {
	all, known := ordersOf(request.About)
	if !known {
		return wit.Err[sales.HighlightPage](types.MakeFailureRecordNotFound())
	}
	shown, more := page(all, request.Skip, request.Top)
	answer := sales.HighlightPage{HasMore: more, Language: wit.Some("en")}
	for _, order := range shown {
		answer.Items = append(answer.Items, sales.Highlight{
			Description: order.Sentence(),
			DateTime:    wit.Some(order.PlacedAt),
			Url:         wit.Some(order.URL()),
		})
	}
	return wit.Ok[sales.HighlightPage, types.Failure](answer)
}
