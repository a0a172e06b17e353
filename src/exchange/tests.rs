//! Files in the manners of those who write them.

use proptest::prelude::*;

use super::*;
use crate::domain::{Position, ReadingState, Tag};

fn now() -> Timestamp {
    "2026-03-02T10:00:00Z".parse().unwrap()
}

fn read(text: &str) -> ListFile {
    read_list(text.as_bytes(), now()).unwrap()
}

/// Address, state and tags of each reading, in order.
fn told(file: &ListFile) -> Vec<String> {
    let told = |it: &ListedReading| {
        let tags: Vec<&str> = it.tags.iter().map(Tag::as_str).collect();
        let address = it.address.as_ref().map(ToString::to_string).unwrap_or_default();
        format!("{address} {} {}", it.state.as_str(), tags.join(" ")).trim_end().to_owned()
    };
    file.readings.iter().map(told).collect()
}

fn problems(file: &ListFile) -> Vec<(u64, String)> {
    file.problems.iter().map(|it| (it.line, it.reason.to_string())).collect()
}

#[test]
fn a_table_of_pocket_is_read_with_times_tags_and_what_was_archived() {
    let file = read(
        "title,url,time_added,tags,status\n\
         \"Space, time\",https://example.com/new,1704067200,data science|Queues,unread\n\
         Old,https://example.com/old,1500000000,,archive\n\
         Bad,file:///tmp/private,1500000001,,unread\n\
         When,https://example.com/when,soon,,unread\n",
    );
    assert_eq!(file.format, ListFormat::PocketCsv);
    assert_eq!(
        told(&file),
        [
            "https://example.com/old studied",
            "https://example.com/new queued data-science queues",
            "https://example.com/when queued"
        ],
        "what was added first stands first"
    );
    assert_eq!(file.readings[1].title, "Space, time");
    assert_eq!(file.readings[1].added.to_string(), "2024-01-01T00:00:00Z");
    assert_eq!(file.readings[0].finished, Some(file.readings[0].added));
    assert_eq!(file.readings[2].added, now());
    assert_eq!(
        problems(&file),
        [
            (4, "`file:///tmp/private` is no address of a page on the web".to_owned()),
            (5, "`soon` is no time, so that it counts as added now".to_owned())
        ]
    );
}

#[test]
fn a_page_of_pocket_is_read_with_its_archive() {
    let file = read(
        "<!DOCTYPE html>\n<html><head><title>Pocket Export</title></head><body>\n<h1>Unread</h1>\n<ul>\n\
         <li><a href=\"https://example.com/a?x=1&amp;y=2\" time_added=\"1500000000\" tags=\"ai,ml\">AT&T &amp; queues</a></li>\n\
         <li><a href=\"javascript:void(0)\" time_added=\"1500000001\" tags=\"\">No page</a></li>\n\
         </ul>\n<h1>Read Archive</h1>\n<ul>\n\
         <li><a href=\"https://example.com/b\" time_added=\"1500000002\" tags=\"\">B</a></li>\n</ul></body></html>",
    );
    assert_eq!(file.format, ListFormat::PocketHtml);
    assert_eq!(
        told(&file),
        ["https://example.com/a?x=1&y=2 queued ai ml", "https://example.com/b studied"]
    );
    assert_eq!(file.readings[0].title, "AT&T & queues");
    assert_eq!(problems(&file)[0].0, 6);
}

#[test]
fn tables_of_instapaper_are_read_with_and_without_tags() {
    let file = read(
        "URL,Title,Selection,Folder,Timestamp\n\
         https://example.com/a,A,,Unread,1700000000\n\
         https://example.com/b,\"B, too\",\"some\nlines\",Archive,1700000100\n\
         https://example.com/c,C,,\"Big Data\",1700000200\n\
         https://example.com/d,D,,Starred,1700000300\n\
         ,E,,Unread,1700000400\n",
    );
    assert_eq!(file.format, ListFormat::Instapaper);
    assert_eq!(
        told(&file),
        [
            "https://example.com/a queued",
            "https://example.com/b studied",
            "https://example.com/c queued big-data",
            "https://example.com/d queued starred"
        ]
    );
    assert_eq!(problems(&file), [(7, "it has no address".to_owned())], "of the file, not the row");
    let newer = read(
        "URL,Title,Selection,Folder,Timestamp,Tags\n\
         https://example.com/a,A,,Unread,1700000000,\"[\"\"go\"\",\"\"sec urity\"\"]\"\n\
         https://example.com/b,B,,Unread,1700000001,[]\n",
    );
    assert_eq!(
        told(&newer),
        ["https://example.com/a queued go sec-urity", "https://example.com/b queued"]
    );
}

#[test]
fn a_table_of_readwise_is_read_with_progress_and_without_its_feeds() {
    let file = read(
        "Title,URL,ID,Document tags,Saved date,Reading progress,Location,Seen\n\
         A,https://example.com/a,01g,\"['queues', 'Big Data']\",2022-11-06 04:33:50+00:00,0,new,True\n\
         B,https://example.com/b,01h,[],2022-11-07 04:33:50+00:00,0.42,later,True\n\
         C,https://example.com/c,01i,[],2022-11-08 04:33:50+00:00,1,archive,True\n\
         D,https://example.com/d,01j,[],2022-11-09 04:33:50+00:00,0,feed,False\n\
         E,https://example.com/e,01k,[],2022-11-10,0,shortlist,False\n",
    );
    assert_eq!(file.format, ListFormat::Readwise);
    assert_eq!(
        told(&file),
        [
            "https://example.com/a queued big-data queues",
            "https://example.com/b reading",
            "https://example.com/c studied",
            "https://example.com/e queued shortlist"
        ]
    );
    assert_eq!(file.readings[0].added.to_string(), "2022-11-06T04:33:50Z");
    assert_eq!(file.readings[3].added.to_string(), "2022-11-10T00:00:00Z");
    assert_eq!(problems(&file), [(5, "it is a post of a feed, not of the list".to_owned())]);
}

#[test]
fn json_of_wallabag_is_read_and_broken_entries_are_named_by_line() {
    let file = read(
        "[\n{\"is_archived\":1,\"is_starred\":0,\"tags\":[\"go\"],\"title\":\"A\",\"url\":\"https://example.com/a\",\
         \"content\":\"<p>x</p>\",\"created_at\":\"2016-09-08T11:55:58+0200\",\"archived_at\":\"2016-09-09T11:55:58+0200\"},\n\
         {\"is_archived\":false,\"is_starred\":true,\"tags\":[{\"label\":\"Big data\"}],\"title\":null,\
         \"url\":\"https://example.com/b\",\"created_at\":\"2017-09-08T11:55:58+0200\"},\n\
         {\"is_archived\":0,\"url\":\"nowhere\"},\n7,\n{\"is_archived\":0,\"url\":\"https://cut.example/",
    );
    assert_eq!(file.format, ListFormat::Wallabag);
    assert_eq!(
        told(&file),
        ["https://example.com/a studied go", "https://example.com/b queued big-data starred"]
    );
    assert_eq!(file.readings[0].added.to_string(), "2016-09-08T09:55:58Z");
    assert_eq!(file.readings[0].finished.unwrap().to_string(), "2016-09-09T09:55:58Z");
    let lines: Vec<u64> = file.problems.iter().map(|it| it.line).collect();
    assert_eq!(lines, [4, 5, 6]);
}

#[test]
fn json_of_readwise_leads_to_where_documents_come_from() {
    let file = read(
        "{\"count\":1,\"nextPageCursor\":null,\"results\":[{\"id\":\"01g\",\"url\":\"https://read.readwise.io/x\",\
         \"source_url\":\"https://example.com/a\",\"title\":\"A\",\"location\":\"later\",\"reading_progress\":0.5,\
         \"tags\":{\"go\":{\"name\":\"go\"}},\"saved_at\":\"2023-06-01T10:00:00.123456+00:00\"}]}",
    );
    assert_eq!(file.format, ListFormat::Readwise);
    assert_eq!(told(&file), ["https://example.com/a reading go"]);
    assert_eq!(file.readings[0].added.to_string(), "2023-06-01T10:00:00.123Z");
}

#[test]
fn bookmarks_of_browsers_are_read_with_their_folders() {
    let file = read(
        "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<META HTTP-EQUIV=\"Content-Type\" CONTENT=\"text/html; charset=UTF-8\">\n\
         <TITLE>Bookmarks</TITLE>\n<H1>Bookmarks Menu</H1>\n<DL><p>\n\
         <DT><H3 PERSONAL_TOOLBAR_FOLDER=\"true\">Toolbar</H3>\n<DL><p>\n\
         <DT><A HREF=\"https://example.com/a\" ADD_DATE=\"1500000000\" TAGS=\"go,sql\">A &lt;b&gt;</A>\n\
         <DT><H3>Search, ranking</H3>\n<DL><p>\n\
         <DT><A HREF=\"https://example.com/b\" ADD_DATE=\"1500000001\">B</A>\n<DD>Said of it\n\
         <DT><A HREF=\"place:sort=8\">Recent</A>\n</DL><p>\n\
         <DT><A HREF=\"https://example.com/c\" ADD_DATE=\"0\" ICON=\"data:image/png;base64,xx\">C\n</DL><p>\n</DL>",
    );
    assert_eq!(file.format, ListFormat::Bookmarks);
    assert_eq!(
        told(&file),
        [
            "https://example.com/a queued go sql",
            "https://example.com/b queued search-ranking",
            "https://example.com/c queued"
        ]
    );
    assert_eq!(file.readings[0].title, "A <b>");
    assert_eq!(file.readings[1].title, "B");
    assert_eq!(problems(&file)[0].0, 13);
}

#[test]
fn what_is_no_list_is_refused_as_a_whole() {
    for (bytes, error) in [
        (&b""[..], ListFileError::Empty),
        (b" \n\t", ListFileError::Empty),
        (b"PK\x03\x04rest", ListFileError::Archive),
        (b"<html><body><a href=\"https://example.com\">x</a>", ListFileError::Unknown),
        (b"{\"a\":1}", ListFileError::Unknown),
        (b"[{\"a\":1}]", ListFileError::Unknown),
        (b"a,b\n1,2\n", ListFileError::Unknown),
        (b"\x89PNG\r\n\x1a\n\0\0", ListFileError::Unknown),
    ] {
        assert_eq!(read_list(bytes, now()), Err(error), "{bytes:?}");
    }
}

fn reading() -> impl Strategy<Value = ListedReading> {
    let time = (0_i64..4_000_000_000_000).prop_map(|it| Timestamp::from_millisecond(it).unwrap());
    let state = prop::sample::select(ReadingState::ALL.to_vec());
    let tags = prop::collection::btree_set("[a-z+#]{1,8}(-[a-z]{1,5})?", 0..4);
    let position = (0_u32..9, 0_u16..=1000, "[^\\x00-\\x1f]{0,20}");
    let position = prop::option::of(
        position.prop_map(|(block, within, says)| Position::new(block, 9, within, &says).unwrap()),
    );
    let text = "[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f]{0,30}";
    let times =
        (time.clone(), time.clone(), prop::option::of(time.clone()), prop::option::of(time));
    ("[a-z0-9/?=&;,\"']{0,20}", text, state, tags, times, position).prop_map(
        |(path, title, state, tags, (added, changed, finished, snoozed_until), position)| {
            ListedReading {
                address: Some(format!("https://example.com/{path}").parse().unwrap()),
                title,
                state,
                tags: tags.iter().map(|it| it.parse().unwrap()).collect(),
                added,
                changed,
                finished,
                snoozed_until,
                position,
            }
        },
    )
}

proptest! {
    #[test]
    fn what_is_exported_is_read_as_it_was_and_written_the_same(list in prop::collection::vec(reading(), 0..8)) {
        for write in [json, csv] {
            let written = write(&list);
            let file = read_list(written.as_bytes(), now()).unwrap();
            prop_assert_eq!(&file.problems, &[]);
            prop_assert_eq!(&file.readings, &list);
            prop_assert_eq!(write(&file.readings), written);
        }
    }

    #[test]
    fn no_file_is_fatal(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read_list(&bytes, now());
    }

    #[test]
    fn no_damage_of_a_list_is_fatal(at in 0_usize..400, with in any::<u8>()) {
        for text in [
            "title,url,time_added,tags,status\nA,https://example.com/a,1,x|y,unread\n",
            "[{\"is_archived\":1,\"url\":\"https://example.com/a\",\"tags\":[\"x\"]}]",
            "<!DOCTYPE NETSCAPE-Bookmark-file-1><DL><DT><H3>F</H3><DL><DT><A HREF=\"https://example.com/a\">A</A></DL></DL>",
            "{\"format\":\"peerscope-list\",\"version\":1,\"readings\":[\n{\"address\":null}\n]}",
        ] {
            let mut bytes = text.as_bytes().to_vec();
            let at = at % bytes.len();
            bytes[at] = with;
            let _ = read_list(&bytes, now());
            let _ = read_list(&bytes[..at], now());
        }
    }
}
