package core

import "context"

// Role is what an actor is to the forum or to the thing at hand.
type Role string

// Roles. Those of the forum are granted to an account; those of the crew follow
// from the role that a person has in a session or a seat in a body.
const (
	RoleVisitor     Role = "visitor"     // nobody is signed in
	RoleMember      Role = "member"      // somebody is signed in
	RoleSpeaker     Role = "speaker"     // speaks in the session
	RoleModerator   Role = "moderator"   // moderates the session, on site or online
	RoleRapporteur  Role = "rapporteur"  // reports of the session
	RoleOrganiser   Role = "organiser"   // organises the session
	RoleParticipant Role = "participant" // the registration for the edition is hers
	RoleCoordinator Role = "coordinator" // holds a coordinating seat in the body
	RoleEditor      Role = "editor"      // compiles the Messages of the forum
	RoleSecretariat Role = "secretariat" // runs the forum
	RoleAdmin       Role = "admin"       // runs the program
	RoleOperator    Role = "operator"    // the command line, beside the server
)

// AllRoles are all roles in the order in which they are shown.
var AllRoles = []Role{
	RoleVisitor, RoleMember, RoleSpeaker, RoleModerator, RoleRapporteur, RoleOrganiser,
	RoleParticipant, RoleCoordinator, RoleEditor, RoleSecretariat, RoleAdmin, RoleOperator,
}

// Grant gives a role in a scope: "forum", or the id of an edition or a body.
type Grant struct {
	Role  Role   `json:"role"`
	Scope string `json:"scope"`
}

// ScopeForum is the scope of all that belongs to the forum as a whole.
const ScopeForum = "forum"

// Actor is who does something: a signed-in account and its person, or nobody, or
// the program itself.
type Actor struct {
	Account ID
	Person  ID
	Name    string
	Grants  []Grant
	// Program is set where no person acts: "operator", "follower", "demo".
	Program string
	// Proved is when, in this browser, she last showed who she is; zero where she did not.
	Proved Instant
	// Token is the personal token by which a program acts for the account, and ReadOnly
	// says that it may change nothing. In a browser both are empty.
	Token    ID
	ReadOnly bool
}

// Visitor is nobody in particular.
var Visitor = Actor{}

// Operator acts from the command line.
var Operator = Actor{Program: "operator"}

// SignedIn tells whether a person stands behind the actor.
func (a Actor) SignedIn() bool { return a.Account != "" }

// Has tells whether the actor has been granted the role, in the scope or in the
// whole forum. The operator and administrators have every granted role.
func (a Actor) Has(role Role, scope string) bool {
	if a.Program != "" {
		return true
	}
	for _, g := range a.Grants {
		if (g.Role == role || g.Role == RoleAdmin) && (g.Scope == ScopeForum || g.Scope == scope) {
			return true
		}
	}
	return false
}

// Roles lists what the actor is in a scope, before any role in a session or body.
func (a Actor) Roles(scope string) []Role {
	if a.Program != "" {
		return []Role{RoleOperator}
	}
	if !a.SignedIn() {
		return []Role{RoleVisitor}
	}
	out := []Role{RoleMember}
	for _, g := range a.Grants {
		if g.Scope == ScopeForum || g.Scope == scope {
			out = append(out, g.Role)
		}
	}
	return out
}

// Staff tells whether the actor runs the forum in that scope.
func (a Actor) Staff(scope string) bool { return a.Has(RoleSecretariat, scope) }

// StaffScopes are the scopes that the actor runs, for the condition of a list; all says
// that she runs the whole forum.
func (a Actor) StaffScopes() (scopes []string, all bool) {
	all = a.Program != ""
	for _, g := range a.Grants {
		if g.Role == RoleSecretariat || g.Role == RoleAdmin {
			all = all || g.Scope == ScopeForum
			scopes = append(scopes, g.Scope)
		}
	}
	return scopes, all
}

type actorKey struct{}

// WithActor puts the actor into a context, for logs and for the JSON API.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorOf takes the actor out of a context; without one it is the visitor.
func ActorOf(ctx context.Context) Actor {
	a, _ := ctx.Value(actorKey{}).(Actor)
	return a
}
