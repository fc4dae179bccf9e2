package topics

import "plenary/internal/platform/web"

// takes are the POSTs of the room as operations of the JSON API.
var takes = []web.Take{
	{Path: "/{edition}/topics/desk", ID: "curate-tags", Says: "Merge tags, or keep them apart", In: deskInput{}},
	{Path: "/{edition}/topics/desk/new", ID: "add-tag", Says: "Add a tag", In: TagInput{}, Makes: true},
	{Path: "/{edition}/topics/desk/tags/{tag}/edit", ID: "rename-tag", Says: "Rename a tag", In: TagInput{}},
	{Path: "/{edition}/topics/desk/tags/{tag}/hide", ID: "hide-tag", Says: "Hide a tag, with a reason", In: HideInput{}},
	{Path: "/{edition}/topics/desk/tags/{tag}/show", ID: "show-tag", Says: "Show a hidden tag again", In: struct {
		Version int64 `form:"version"`
	}{}},
	{Path: "/{edition}/topics/desk/tags/{tag}/cluster", ID: "cluster-tag", Says: "Make a cluster of the inputs with a tag"},
	{Path: "/{edition}/topics/desk/merges/{id}/undo", ID: "undo-tag-merge", Says: "Take the merging of tags back"},
	{Path: "/{edition}/topics/clusters", ID: "arrange-clusters", Says: "Name a cluster, or move inputs between clusters", In: clusterInput{}},
	{Path: "/{edition}/topics/clusters/{id}/decide", ID: "decide-cluster", Says: "Write down what was decided about a cluster", In: DecideInput{}},
}
