package plugin

import (
	draft "contoso.example/my-plugin/build/bindings/insight_provider_email_draft"
	types "contoso.example/my-plugin/build/bindings/insight_provider_insight_types"
	wit "contoso.example/my-plugin/build/bindings/wit/types"
)

type contentLinks = wit.Result[draft.ContentLinkPage, types.Failure]

// EmailDraftAnswer returns links worth adding to an email: the pages of the orders that it is about.
func EmailDraftAnswer(_ types.CallContext, request draft.ContentLinkRequest) contentLinks {
	all, known := ordersOf(request.About.SomeOr(types.CrmRecord{}))
	if !known {
		return wit.Err[draft.ContentLinkPage](types.MakeFailureRecordNotFound())
	}
	shown, more := page(all, request.Skip, request.Top)
	answer := draft.ContentLinkPage{HasMore: more, Language: wit.Some("en")}
	for _, order := range shown {
		answer.Items = append(answer.Items, draft.ContentLink{
			Kind:        draft.MakeContentKindWebPage(),
			Url:         order.URL(),
			Title:       order.Title(),
			Description: order.Sentence(),
		})
	}
	return wit.Ok[draft.ContentLinkPage, types.Failure](answer)
}
