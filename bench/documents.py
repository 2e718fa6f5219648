"""What the shop is asked: the documents of the shop contract, as an app would send them."""

PRODUCTS = """query Products($skip: Int!) {
  products(options: {skip: $skip, take: 20}) {
    totalItems
    items {
      id name slug description
      variants { id name sku price priceWithTax currencyCode stockLevel }
    }
  }
}"""

PRODUCT = """query Product($id: ID!) {
  product(id: $id) {
    name slug
    variants { price }
    assets { id preview }
    translations { description }
    customFields { Make Model Year numStars averageRating CountryOfOrigin Condition }
  }
}"""

SEARCH = """query Search($term: String!) {
  search(input: {term: $term}) {
    totalItems
    items {
      productId productName
      productAsset { id preview }
      price { ... on PriceRange { min max } }
      description score inStock
    }
    collections { count }
  }
}"""

_ORDER = "... on Order { id code state totalWithTax } ... on ErrorResult { errorCode message }"

ADD_ITEM = """mutation Add($variant: ID!) {
  addItemToOrder(productVariantId: $variant, quantity: 1) {
    __typename
    ... on Order {
      id code state totalQuantity totalWithTax currencyCode
      lines { id quantity linePriceWithTax productVariant { id name } }
    }
    ... on ErrorResult { errorCode message }
  }
}"""

SET_SHIPPING = f"""mutation Shipping($address: CreateAddressInput!) {{
  setOrderShippingAddress(input: $address) {{ {_ORDER} }}
}}"""

SET_BILLING = f"""mutation Billing($address: CreateAddressInput!) {{
  setOrderBillingAddress(input: $address) {{ {_ORDER} }}
}}"""

SHIPPING_METHODS = "query Elig { eligibleShippingMethods { id name priceWithTax } }"

SET_METHOD = f"""mutation Assign($method: ID!) {{
  setOrderShippingMethod(shippingMethodId: [$method]) {{ {_ORDER} }}
}}"""

PAYMENT_METHODS = "query Ways { eligiblePaymentMethods { id code name isEligible } }"

PAY = f"""mutation Pay($method: String!) {{
  addPaymentToOrder(input: {{method: $method, metadata: {{}}}}) {{ {_ORDER} }}
}}"""

# The contract's own sample. Without a telephone number no receipt is sent.
ADDRESS = {
    "streetLine1": "123 james town",
    "streetLine2": "",
    "city": "accra",
    "province": "G.Accra",
    "postalCode": "12345",
    "countryCode": "GH",
    "customFields": {"houseNumber": "25"},
}
