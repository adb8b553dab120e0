package plugin

import (
	types "fabrikam.example/fabrikam-freight/build/bindings/insight_provider_insight_types"
	sales "fabrikam.example/fabrikam-freight/build/bindings/insight_provider_key_sales_info"
	wit "fabrikam.example/fabrikam-freight/build/bindings/wit/types"
)

// KeySalesInfoAnswer returns highlights of an account: its shipments that are late.
func KeySalesInfoAnswer(
	context types.CallContext,
	request sales.HighlightRequest,
) wit.Result[sales.HighlightPage, types.Failure] {
	all, err := shipmentsTo(context, request.About)
	var late []sales.Highlight
	for _, shipment := range all {
		if !shipment.Arrived && shipment.Delay() > 0 {
			late = append(late, sales.Highlight{Description: shipment.Sentence(), Url: wit.Some(shipment.URL())})
		}
	}
	shown, more := page(late, request.Skip, request.Top)
	return result(sales.HighlightPage{Items: shown, HasMore: more, Language: wit.Some("en")}, err)
}
