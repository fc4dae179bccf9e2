package ledger

import "plenary/internal/platform/web"

// takes are the POSTs of the room as operations of the JSON API.
var takes = []web.Take{
	{Path: "/ledger/{id}/answer", ID: "answer-call", Says: "Answer a call to action", In: ClaimInput{}, File: "file", Makes: true},
	{Path: "/ledger/{id}/addressees", ID: "set-addressees", Says: "Say whom a call to action addresses", In: AddressInput{}},
	{Path: "/ledger/{id}/supersede", ID: "supersede-call", Says: "Say which call takes the place of another", In: SupersedeInput{}},
	{Path: "/ledger/mark", ID: "mark-call", Says: "Mark a sentence as a call to action", In: MarkInput{}, Makes: true},
	{Path: "/ledger/derive", ID: "derive-call", Says: "Derive a call to action from texts", In: DeriveInput{}, Makes: true},
	{Path: "/ledger/deliver", ID: "note-delivery", Says: "Note that something was delivered", In: DeliveryInput{}, File: "file", Makes: true},
	{Path: "/commitments/new", ID: "make-commitment", Says: "Make a commitment", In: ClaimInput{}, File: "file", Makes: true},
	{Path: "/commitments/{id}/update", ID: "report-on-commitment", Says: "Report on a commitment", In: UpdateInput{}, File: "file"},
	{Path: "/commitments/{id}/confirm", ID: "confirm-commitment", Says: "Confirm a commitment", In: web.Words{"version"}},
	{Path: "/commitments/{id}/refuse", ID: "refuse-commitment", Says: "Refuse a commitment", In: RefuseInput{}},
	{Path: "/commitments/{id}/flag", ID: "flag-commitment", Says: "Say that something is wrong with a commitment", In: FlagInput{}, Makes: true},
	{Path: "/commitments/{id}/flags/{flag}", ID: "settle-flag", Says: "Settle what was said to be wrong", In: SettleInput{}},
	{Path: "/issues/new", ID: "add-issue", Says: "Add an issue", In: IssueInput{}, Makes: true},
	{Path: "/issues/{slug}/edit", ID: "edit-issue", Says: "Change an issue", In: IssueInput{}},
	{Path: "/issues/{slug}/attach", ID: "attach-to-issue", Says: "Attach something to an issue", In: AttachInput{}},
	{Path: "/issues/{slug}/detach", ID: "detach-from-issue", Says: "Detach something from an issue", In: web.Words{"thing"}},
	{Path: "/issues/{slug}/suggest", ID: "take-up-suggestions", Says: "Attach what is suggested for an issue"},
	{Path: "/processes/new", ID: "add-process", Says: "Add a process elsewhere", In: ProcessInput{}, Makes: true},
	{Path: "/processes/{slug}/edit", ID: "edit-process", Says: "Change a process elsewhere", In: ProcessInput{}},
	{Path: "/references/new", ID: "add-reference", Says: "Add an outside document", In: ReferenceInput{}, File: "file", Makes: true},
	{Path: "/references/{id}/edit", ID: "edit-reference", Says: "Change an outside document", In: ReferenceInput{}, File: "file"},
	{Path: "/references/{id}/cites", ID: "note-citation", Says: "Note what an outside document cites", In: CiteInput{}},
	{Path: "/references/{id}/mentions", ID: "note-mention", Says: "Note where an outside document was cited", In: MentionInput{}},
}
