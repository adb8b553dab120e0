package plugin

import (
	"testing"

	draft "contoso.example/my-plugin/build/bindings/insight_provider_email_draft"
	wit "contoso.example/my-plugin/build/bindings/wit/types"
)

func TestEachOrderIsLinked(t *testing.T) {
	answer := EmailDraftAnswer(context, draft.ContentLinkRequest{About: wit.Some(account), Top: 10}).Ok()

	if len(answer.Items) != 3 || answer.Items[0].Url != "https://contoso.example/orders/1003" {
		t.Errorf("got %+v", answer)
	}
}
