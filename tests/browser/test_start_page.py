def test_the_first_page_opens_without_complaint_at_a_desk(page, axe):
    page.goto("/")
    axe(page)


def test_the_first_page_opens_without_complaint_on_a_phone(phone, axe):
    phone.goto("/")
    axe(phone)
    assert not phone.locator("html").evaluate("html => html.scrollWidth > innerWidth")
