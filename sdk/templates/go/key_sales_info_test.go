package plugin

import (
	"testing"

	sales "contoso.example/my-plugin/build/bindings/insight_provider_key_sales_info"
)

func TestAPageHoldsNoMoreThanIsWanted(t *testing.T) {
	answer := KeySalesInfoAnswer(context, sales.HighlightRequest{About: account, Top: 1}).Ok()

	if len(answer.Items) != 1 || answer.Items[0].Description != sentence || !answer.HasMore {
		t.Errorf("got %+v", answer)
	}
}
