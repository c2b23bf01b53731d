import requests


def test_a_reader_finds_the_books_of_an_author(pipeline_http: requests.Session) -> None:
    answer = pipeline_http.get("/books/books.json?author=1&_sort=year&_shape=array")

    assert answer.status_code == 200
    assert [book["title"] for book in answer.json()] == [
        "Sense and Sensibility",
        "Pride and Prejudice",
    ]


def test_a_reader_opens_the_page_of_a_book(pipeline_http: requests.Session) -> None:
    page = pipeline_http.get("/books/books/3")

    assert page.status_code == 200
    assert "Frankenstein" in page.text


def test_a_reader_asks_a_question_of_their_own(pipeline_http: requests.Session) -> None:
    question = "select count(*) as books from books where year < :year"
    answer = pipeline_http.get(
        "/books.json", params={"sql": question, "year": 1815, "_shape": "array"}
    )

    assert answer.json() == [{"books": 2}]


def test_nobody_can_change_the_books(pipeline_http: requests.Session) -> None:
    answer = pipeline_http.get("/books.json", params={"sql": "delete from books"})

    assert answer.status_code == 400
