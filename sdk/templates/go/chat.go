package plugin

import (
	chat "contoso.example/my-plugin/build/bindings/insight_provider_chat"
	types "contoso.example/my-plugin/build/bindings/insight_provider_insight_types"
	wit "contoso.example/my-plugin/build/bindings/wit/types"
)

// ChatSkills lists the questions that can be asked in the chat.
func ChatSkills() []chat.Skill {
	return []chat.Skill{{
		Name:        "orders",
		Title:       "Chat about orders",
		Description: "Finds the latest orders of an account and where they stand.",
		Parameters: []chat.Parameter{{
			Name:        "accountName",
			Description: "Name of the account, such as Fourth Coffee",
			Kind:        chat.ParameterKindText,
			Required:    true,
		}},
	}}
}

// ChatAnswer answers a question in the chat: where the orders of an account stand.
func ChatAnswer(_ types.CallContext, request chat.ChatRequest) wit.Result[chat.ChatAnswer, types.Failure] {
	answer := chat.ChatAnswer{Language: wit.Some("en")}
	for _, input := range request.Inputs {
		if input.Name != "accountName" {
			continue
		}
		for _, order := range ordersByName(input.Value.Text()) {
			answer.Cards = append(answer.Cards, card(order))
		}
	}
	return wit.Ok[chat.ChatAnswer, types.Failure](answer)
}

func card(order Order) chat.Card {
	content := chat.CardContent{Text: wit.Some(order.Sentence()), Facts: order.Properties()}
	return chat.Card{Title: order.Title(), Url: wit.Some(order.URL()), Body: chat.MakeCardBodyContent(content)}
}
