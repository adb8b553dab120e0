package plugin

import (
	"testing"

	chat "contoso.example/my-plugin/build/bindings/insight_provider_chat"
)

func TestEachOrderOfTheAccountHasACard(t *testing.T) {
	name := chat.Input{Name: "accountName", Value: chat.MakeInputValueText("fourth coffee")}

	answer := ChatAnswer(context, chat.ChatRequest{Skill: "orders", Inputs: []chat.Input{name}}).Ok()

	if len(answer.Cards) != 3 {
		t.Errorf("got %+v", answer)
	}
}
