package mail

import "plenary/internal/platform/web"

// takes are the POSTs of the room as operations of the JSON API.
var takes = []web.Take{
	{Path: "/admin/mail/hold", ID: "hold-mails", Says: "Hold back mails of a kind, or all outgoing mail", In: HoldInput{}},
	{Path: "/admin/mail/release", ID: "release-mails", Says: "Let mails go that are held back", In: LiftInput{}},
	{Path: "/admin/mail/retry", ID: "retry-mails", Says: "Send mails once more", In: AgainInput{}},
	{Path: "/admin/mail/{id}/retry", ID: "retry-mail", Says: "Send one mail once more"},
	{Path: "/admin/mail/{id}/hold", ID: "hold-mail", Says: "Hold one mail back", In: ReasonInput{}},
	{Path: "/admin/mail/{id}/release", ID: "release-mail", Says: "Let one mail go that is held back"},
	{Path: "/admin/mail/{id}/cancel", ID: "cancel-mail", Says: "Cancel one mail"},
	{Path: "/admin/mail/addresses/{id}/clear", ID: "clear-mail-address", Says: "Take the mark off an address at which mails did not arrive"},
	{Path: "/me/mail/test", ID: "test-my-address", Says: "Have a mail sent to an address of yours, to try it", In: TestInput{}},
	{Path: "/mail/arrives", ID: "mail-arrives", Says: "Say with the link of such a mail that it has arrived", In: ArrivesInput{}},
}

// wordTakes are those of texts and choices.
var wordTakes = []web.Take{
	{Path: "/me/mail", ID: "choose-mails", Says: "Choose how mails come", In: ChoiceInput{}},
	{Path: "/mail/end/{token}", ID: "end-mails", Says: "End mails by the link that stands in them"},
	{Path: "/admin/mail-texts/{name}", ID: "word-mail", Says: "Word a mail otherwise in a language", In: TextInput{}, Also: "preview"},
	{Path: "/admin/mail-texts/{name}/test", ID: "try-mail", Says: "Send a mail with examples to oneself", With: web.Words{"lang"}},
	{Path: "/admin/mail-texts/{name}/program", ID: "unword-mail", Says: "Let a mail read as the program words it", In: unwordInput{}},
}
